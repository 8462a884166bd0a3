#!/bin/bash
# No options: the statuses of the pipeline are asked for.
pg_dump shop | gzip > shop.sql.gz
if (( PIPESTATUS[0] || PIPESTATUS[1] )); then
  echo "dump failed" >&2
  exit 1
fi
rclone copy shop.sql.gz cold:dumps/ || exit 1
rm shop.sql.gz || exit 1
echo "dump stored"
