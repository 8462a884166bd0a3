#!/bin/bash
set -euo pipefail
sudo -u postgres bash -euo pipefail -c '
    pg_dump billing | zstd -q > billing.sql.zst
    chmod 600 billing.sql.zst
'
rclone move billing.sql.zst cold:billing/
echo "billing dump moved to cold storage"
