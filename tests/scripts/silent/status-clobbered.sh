#!/bin/bash
out="dump-$(date +%F).sql"
pg_dumpall --clean > "$out"
echo "pg_dumpall ended"
rc=$?
if [ $rc -ne 0 ]; then
    echo "dump failed with $rc" >&2
    exit $rc
fi
gzip "$out"
find . -maxdepth 1 -name 'dump-*.sql.gz' -mtime +3 -exec rm {} +
echo "dump complete"
