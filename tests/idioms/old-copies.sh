#!/bin/bash
set -euo pipefail
day=$(date +%F)
pg_dump -Fc shop > "/backup/shop-$day.dump"
pg_restore -l "/backup/shop-$day.dump" > /dev/null
find /backup -name 'shop-*.dump' -mtime +14 -delete
