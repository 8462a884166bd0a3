#!/usr/bin/env bash
set -euo pipefail
n=0
while IFS=, read -r name email; do
    [ -n "$name" ] || continue
    ldapadd -x -f "$name.ldif" > /dev/null
    echo "welcome $name" | mail -s "Your account" "$email"
    n=$((n + 1))
done < people.csv
echo "$n accounts created"
