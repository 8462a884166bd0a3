#!/bin/bash
cd repo || exit 1
! git fetch --quiet && echo "cannot fetch" >&2 && exit 1
git merge --quiet --ff-only
if [ $? -ne 0 ]; then
    echo "cannot merge" >&2
    exit 1
fi
make -s test || exit 1
make -s install || exit 1
cd .. && rm -rf repo && echo "new version installed"
