#!/bin/bash
set -euo pipefail
report() {
  local name=$1 day
  day=$(date +%F)
  local -r title="report of $day"
  printf '%s: %s\n' "$name" "$title"
}
report shop
