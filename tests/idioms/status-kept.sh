#!/bin/bash
# A status that is kept is looked at.
set -euo pipefail
rc=0
rsync -a /srv/www/ vault::www/ || rc=$?
if [ "$rc" -ne 0 ]; then
  echo "rsync ended with $rc" >&2
  exit "$rc"
fi
