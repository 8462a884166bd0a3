#!/bin/bash
set -euo pipefail
# The inner shell starts without these options.
sudo -u postgres bash -c "pg_dump billing | zstd -q > billing.sql.zst; chmod 600 billing.sql.zst"
rclone move billing.sql.zst cold:billing/
echo "billing dump moved to cold storage"
