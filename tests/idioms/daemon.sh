#!/bin/bash
# A daemon that is started in the background on purpose, and looked at later.
set -euo pipefail
./server --port 8080 &
server=$!
trap 'kill "$server" 2> /dev/null || true' EXIT
sleep 1
./run-tests http://localhost:8080
