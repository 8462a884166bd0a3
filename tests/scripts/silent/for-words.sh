#!/usr/bin/env bash
set -euo pipefail
trap 'rm -f list.tmp' EXIT

for db in $(psql -Atc 'select datname from pg_database'); do
    pg_dump -Fc -f "$db.dump" "$db"
    rclone copyto "$db.dump" "dumps:$db.dump"
    rm "$db.dump"
done
touch list.tmp
echo "all databases dumped"
