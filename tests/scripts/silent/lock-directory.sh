#!/bin/sh
# A failed job looks like a quiet one: the list is a condition's body, and sync comes last.
if mkdir job.lock 2>/dev/null; then
    trap 'rmdir job.lock' EXIT
    nice -n 10 updatedb --output=locate.db && {
        cp locate.db share/locate.db
        : > share/stamp
    }
else
    echo "another run is active"
fi
sync
