#!/bin/sh
set -eu
mysqldump --all-databases > all.sql
gzip -f all.sql
scp -q all.sql.gz vault.example.org:dumps/
rm -f all.sql.gz
echo "done"
