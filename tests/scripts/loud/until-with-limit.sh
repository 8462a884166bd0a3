#!/bin/bash
set -euo pipefail
tries=0
until curl -fsS -o /dev/null http://localhost:8080/health; do
    tries=$((tries + 1))
    if [ "$tries" -ge 5 ]; then
        echo "service does not come up" >&2
        exit 1
    fi
    sleep 2
done
echo "service is healthy"
