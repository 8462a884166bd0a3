#!/bin/bash
(
    cd module || exit
    autoreconf -i || exit
    make -s || exit
    make -s check || exit
) || {
    echo "module does not build" >&2
    exit 1
}
results=$(ctest-report module) || exit
[[ $results == *passed* ]] || exit 3
echo "module built"
