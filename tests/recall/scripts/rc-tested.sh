#!/bin/sh
pg_dump shop > shop.sql
if [ $? -ne 0 ]; then
  echo "dump failed" >&2
  exit 1
fi
gzip -f shop.sql
if [ $? -ne 0 ]; then
  echo "gzip failed" >&2
  exit 2
fi
scp -q shop.sql.gz vault.example.org:dumps/
if [ $? -ne 0 ]; then
  echo "copy failed" >&2
  exit 3
fi
