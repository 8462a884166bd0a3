#!/bin/sh
set -e
# A container's entrypoint: migrate, then become the server.
: "${PORT:=8080}"
if [ "${SKIP_MIGRATIONS:-no}" != yes ]; then
    rails db:migrate
    echo "migrations done"
fi
exec puma -p "$PORT"
