#!/bin/bash
errors=0
for file in *.sql; do
  psql -v ON_ERROR_STOP=1 -f "$file" shop || errors=$((errors + 1))
done
if [ "$errors" -gt 0 ]; then
  echo "$errors files failed" >&2
  exit 1
fi
