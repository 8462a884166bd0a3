#!/bin/bash
# The report is sent whatever the tests say, and the status is theirs.
make test > test.log
rc=$?
scp -q test.log reports.example.org:in/ || exit 1
exit "$rc"
