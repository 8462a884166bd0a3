#!/bin/sh
set -e
if ! curl -fsSo list.csv https://a.example.org/list.csv; then
  echo "the first mirror is down" >&2
  curl -fsSo list.csv https://b.example.org/list.csv
fi
psql -v ON_ERROR_STOP=1 -f import.sql shop
