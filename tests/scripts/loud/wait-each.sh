#!/usr/bin/env bash
set -euo pipefail

pids=()
for target in linux-amd64 linux-arm64 darwin-arm64; do
    go build -o "dist/tool-$target" ./cmd/tool &
    pids+=("$!")
done
for pid in "${pids[@]}"; do
    wait "$pid"
done
sha256sum dist/tool-linux-amd64 > SHA256SUMS
gh release upload v1.0 dist/tool-linux-amd64 SHA256SUMS
echo "all targets built and uploaded"
