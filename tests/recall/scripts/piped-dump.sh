#!/bin/bash
set -eo pipefail
pg_dump -Fp billing | gzip -9 > billing.sql.gz
mysqldump crm | xz -T0 > crm.sql.xz
scp -q billing.sql.gz crm.sql.xz vault.example.org:dumps/
rm billing.sql.gz crm.sql.xz
echo "dumps shipped"
