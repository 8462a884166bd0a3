#!/bin/bash
if ! pg_restore -d shop shop.dump; then
  echo "restore failed" >&2
  exit 1
fi
vacuumdb --quiet --analyze shop || exit 1
echo "Restore completed successfully"
