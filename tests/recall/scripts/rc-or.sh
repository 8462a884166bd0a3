#!/bin/bash
set -euo pipefail
rc=0
docker run --rm -v "$PWD:/src" shop-tests || rc=$?
docker cp shop:/src/report.xml report.xml
if [ "$rc" -ne 0 ]; then
  echo "tests ended with $rc" >&2
  exit "$rc"
fi
