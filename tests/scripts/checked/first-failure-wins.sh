#!/bin/sh
# Everything is tried; the first bad status is the script's.
result=0
keep() {
    status=$1
    if [ "$result" -eq 0 ]; then
        result=$status
    fi
}

vacuumdb --quiet --all
keep $?
reindexdb --quiet --all
keep $?
psql -qc 'CHECKPOINT'
keep $?

if [ "$result" -ne 0 ]; then
    echo "maintenance failed" >&2
else
    echo "maintenance done"
fi
exit "$result"
