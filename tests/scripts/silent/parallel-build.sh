#!/usr/bin/env bash
set -euo pipefail

services=(api web worker)
for s in "${services[@]}"; do
    docker build -q -t "registry.example.org/$s:latest" "services/$s" &
done
wait
docker compose up -d
echo "All ${#services[@]} images built and started"
