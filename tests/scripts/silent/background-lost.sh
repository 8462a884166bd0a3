#!/bin/bash
set -euo pipefail
pg_basebackup -D base -Ft -z &
tar -czf conf.tgz conf
rsync -a conf.tgz nas::backup/
rm conf.tgz
echo "base backup and configuration saved"
