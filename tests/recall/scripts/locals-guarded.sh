#!/bin/bash
report() {
  local dump
  dump=$(pg_dump --schema-only shop) || return 1
  printf '%s\n' "$dump" > schema.sql || return 1
  scp -q schema.sql docs.example.org:schemas/ || return 1
}
report || exit 1
