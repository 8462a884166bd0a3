#!/bin/bash
set -euo pipefail
pids=()
for host in a b c; do
  rsync -a /srv/www/ "$host":www/ &
  pids+=("$!")
done
failed=0
for pid in "${pids[@]}"; do
  wait "$pid" || failed=1
done
exit "$failed"
