#!/bin/bash
# Nightly dump of the shop database, keeps a week.
DB=shop
DEST=backups
STAMP=$(date +%Y%m%d)

mkdir -p "$DEST"
mysqldump --single-transaction "$DB" | gzip > "$DEST/$DB-$STAMP.sql.gz"
find "$DEST" -name '*.sql.gz' -mtime +7 -delete

echo "Backup of $DB OK: $DEST/$DB-$STAMP.sql.gz"
