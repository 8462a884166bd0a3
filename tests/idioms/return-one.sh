#!/bin/bash
# A function that hands a failure on, and a caller that takes it.
set -euo pipefail
fetch() {
  if ! curl -fsSO "$1"; then
    return 1
  fi
}
if ! fetch https://example.org/list.csv; then
  echo "no list" >&2
  exit 1
fi
