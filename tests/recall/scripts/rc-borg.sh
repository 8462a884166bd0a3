#!/bin/sh
borg create repo::now data
rc=$?
if [ "$rc" -ne 0 ]; then
  echo "borg ended with $rc" >&2
  exit "$rc"
fi
borg prune --keep-daily 7 repo
status=$?
exit "$status"
