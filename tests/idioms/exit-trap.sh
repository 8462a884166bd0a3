#!/bin/bash
# A trap that keeps the status.
set -euo pipefail
work=$(mktemp -d)
trap 'rc=$?; rm -rf "$work"; exit $rc' EXIT
pg_dump shop > "$work/shop.sql"
scp "$work/shop.sql" vault:dumps/
