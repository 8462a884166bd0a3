#!/bin/sh
# POSIX sh has no pipefail, so nothing is piped.
set -eu
umask 077
mysqldump --all-databases > all.sql
gzip -f all.sql
openssl enc -aes-256-cbc -pass file:key -in all.sql.gz -out all.sql.gz.enc
scp -q all.sql.gz.enc vault.example.org:dumps/
rm -f all.sql.gz all.sql.gz.enc
echo done
exit 0
