#!/bin/sh
set -eu
mkdir -p stage
code=0
tar -xzf release.tgz -C stage || code=$?
if [ "$code" -ne 0 ]; then
  echo "release.tgz cannot be unpacked" >&2
  rm -rf stage
  exit "$code"
fi
mv stage/shop current
