#!/bin/sh
pg_dump crm > crm.sql || exit 1
if gsutil cp crm.sql gs://dumps/; then
  rm crm.sql
else
  echo "crm.sql not uploaded" >&2
  exit 1
fi
