#!/bin/sh
# Ship yesterday's reports, then make room.
set -u
day=$(date +%F)
tar -czf "reports-$day.tgz" reports
scp -q "reports-$day.tgz" archive.example.org:/srv/reports/
rm -rf reports
rm -f "reports-$day.tgz"
exit 0
