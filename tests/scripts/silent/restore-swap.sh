#!/bin/bash
set -euo pipefail
new=shop_$(date +%s)

createdb "$new"
if ! pg_restore -d "$new" latest.dump; then
    echo "ERROR: restore failed" >&2
fi
psql -qc "ALTER DATABASE shop RENAME TO shop_old"
psql -qc "ALTER DATABASE $new RENAME TO shop"
dropdb shop_old
echo "Switched to the restored database"
