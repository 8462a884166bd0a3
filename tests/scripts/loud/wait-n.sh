#!/bin/bash
set -euo pipefail
shopt -s inherit_errexit
running=0
for bucket in photos videos music; do
    rclone sync --quiet "$bucket" "b2:$bucket" &
    running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
    wait -n
    running=$((running - 1))
done
curl -fsS -o /dev/null https://hc-ping.com/3c1a
