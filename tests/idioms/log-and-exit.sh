#!/bin/sh
# A failure that is told, and ends the script.
log() {
  echo "$(date '+%F %T') $*"
}
pg_dump shop > shop.sql || { log "dump failed"; exit 1; }
gzip -f shop.sql || { log "gzip failed"; exit 1; }
