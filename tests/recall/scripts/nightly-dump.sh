#!/bin/bash
# The nightly dump, strict.
set -euo pipefail
shopt -s inherit_errexit

day=$(date +%F)
dump=shop-$day.sql
pg_dump shop > "$dump"
gzip -f "$dump"
aws s3 cp "$dump.gz" "s3://dumps/$dump.gz"
rm "$dump.gz"
echo "Backup completed"
