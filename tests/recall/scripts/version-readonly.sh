#!/bin/bash
set -euo pipefail
VERSION=$(git describe --tags)
readonly VERSION
IMAGE=$(docker build -q -t "shop:$VERSION" .)
docker push "shop:$VERSION"
docker run --rm "$IMAGE" --selftest
