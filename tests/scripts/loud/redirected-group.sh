#!/bin/sh
set -e
{
    echo "BEGIN;"
    cat schema.sql
    cat data.sql
    echo "COMMIT;"
} > load.sql
psql -q -v ON_ERROR_STOP=1 -f load.sql shop
rm load.sql data.sql
logger -t load "load finished"
