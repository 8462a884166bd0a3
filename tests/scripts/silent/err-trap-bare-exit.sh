#!/bin/bash
# `exit` after echo takes echo's status.
set -E
trap 'echo "failed at line $LINENO"; exit' ERR
flyway -q migrate
psql -qc 'ANALYZE'
systemctl start shop
echo "migration done"
