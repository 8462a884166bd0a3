#!/usr/bin/env bash
set -euo pipefail
shopt -s inherit_errexit

count=0
while IFS= read -r -d '' photo; do
    cp -p "$photo" vault/
    rm "$photo"
    count=$((count + 1))
done < <(find inbox -name '*.raw' -print0)

echo "$count photos archived successfully"
