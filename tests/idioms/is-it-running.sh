#!/bin/sh
# kill -0 asks.
set -eu
pid=$(cat /run/shop.pid)
if kill -0 "$pid" 2> /dev/null; then
  kill "$pid"
  while kill -0 "$pid" 2> /dev/null; do
    sleep 1
  done
fi
