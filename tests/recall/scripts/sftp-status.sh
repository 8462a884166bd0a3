#!/bin/bash
tar -czf report.tgz reports || exit 1
scp -q report.tgz partner.example.org:in/
rc=$?
if [ "$rc" -ne 0 ]; then
  echo "not sent: $rc" >&2
  exit "$rc"
fi
rm report.tgz
