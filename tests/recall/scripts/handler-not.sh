#!/bin/bash
set -euo pipefail
if ! pg_dump shop > shop.sql; then
  echo "dump failed, old one kept" >&2
  rm -f shop.sql
  exit 1
fi
if ! scp -q shop.sql vault.example.org:dumps/; then
  echo "not shipped" >&2
  exit 2
fi
