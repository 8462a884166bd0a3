#!/bin/bash
# `|| break` leaves the loop with 0; the flag tells.
done_all=false
for step in prepare build sign upload; do
    make -s "$step" || break
    [ "$step" = upload ] && done_all=true
done
if $done_all; then
    echo "release uploaded"
else
    echo "stopped at: $step" >&2
    exit 1
fi
