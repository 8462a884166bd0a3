#!/bin/sh
set -eu
tries=0
until ping -c 1 db.example.org > /dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -gt 30 ]; then
    echo "the database does not answer" >&2
    exit 1
  fi
  sleep 1
done
psql -v ON_ERROR_STOP=1 -f schema.sql shop
