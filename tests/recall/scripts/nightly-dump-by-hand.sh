#!/bin/bash
# The same, each step looked at.
day=$(date +%F)
dump=shop-$day.sql
pg_dump shop > "$dump" || { echo "dump failed" >&2; exit 1; }
gzip -f "$dump" || exit 1
aws s3 cp "$dump.gz" "s3://dumps/$dump.gz" || { echo "upload failed" >&2; exit 1; }
rm "$dump.gz" || exit 1
echo "Backup completed"
