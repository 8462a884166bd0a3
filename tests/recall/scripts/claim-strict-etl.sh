#!/bin/bash
set -euo pipefail
curl -fsSo orders.csv https://example.org/orders.csv
psql -v ON_ERROR_STOP=1 -f load.sql warehouse
dbt run --target prod
echo "warehouse updated"
