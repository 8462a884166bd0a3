#!/bin/bash
set -euo pipefail
shopt -s inherit_errexit
latest() {
  curl -fsS https://example.org/versions > versions
  tail -n 1 versions
}
version=$(latest)
base=$(mkdir -p "build/$version" && echo "build/$version")
tar -czf shop.tgz "$base"
docker pull "shop:$version"
