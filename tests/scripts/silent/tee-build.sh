#!/bin/bash
set -e
[ -d out ] || mkdir out
{
    cmake -B out
    make -C out
    ctest --test-dir out
} 2>&1 | tee build.log
scp build.log out/app builds.example.org:
echo "Build succeeded, see build.log"
