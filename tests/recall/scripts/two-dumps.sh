#!/usr/bin/env bash
set -euo pipefail
mysqldump --single-transaction shop > shop.sql
mysqldump --single-transaction wiki > wiki.sql
tar -czf dumps.tgz shop.sql wiki.sql
rclone copy dumps.tgz cold:dumps/
rm -f shop.sql wiki.sql dumps.tgz
logger -t dumps "both dumps stored"
