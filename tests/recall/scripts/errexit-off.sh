#!/bin/bash
set -e
set +e
rsync -a pool/ mirror::pool/
rc=$?
set -e
if [ "$rc" -ne 0 ] && [ "$rc" -ne 24 ]; then
  echo "rsync ended with $rc" >&2
  exit "$rc"
fi
touch synced
