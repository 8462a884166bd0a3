#!/bin/bash
# That grep finds nothing is an answer.
set -euo pipefail
if ! grep -q '^shop' /etc/hosts; then
  echo "10.0.0.7 shop" >> /etc/hosts
fi
count=$(grep -c shop /etc/hosts || true)
echo "$count"
