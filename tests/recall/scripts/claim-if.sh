#!/bin/sh
if restic backup --quiet data; then
  echo "Backup completed"
else
  echo "Backup failed" >&2
  exit 1
fi
