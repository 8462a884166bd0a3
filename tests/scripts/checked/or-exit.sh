#!/bin/bash
DB=shop
OUT=$(mktemp) || exit 1

pg_dump "$DB" > "$OUT" || { echo "dump failed" >&2; exit 1; }
gzip "$OUT" || { echo "gzip failed" >&2; exit 2; }
aws s3 cp "$OUT.gz" "s3://dumps/$DB.sql.gz" || { echo "upload failed, $OUT.gz kept" >&2; exit 3; }
rm "$OUT.gz" || exit 4
echo "Backup completed!"
