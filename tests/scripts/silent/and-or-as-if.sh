#!/bin/bash
set -eu

make lint
make test && make publish || echo "nothing to publish"
make clean
echo "pipeline finished"
