#!/bin/sh
# The claim is made where the work has succeeded, and nowhere else.
if rsync -a /srv/www/ vault::www/; then
  echo "Backup completed"
else
  echo "Backup failed" >&2
  exit 1
fi
