#!/bin/bash
set -euo pipefail
shopt -s inherit_errexit

version_of() {
  git fetch --quiet --tags
  git describe --tags
}

build() {
  local version
  version=$(version_of)
  npm ci
  npm run build -- --release "$version"
}

publish() {
  local target
  target=$(aws ssm get-parameter --name bucket)
  aws s3 sync dist "s3://$target/"
}

build
publish
echo "Release completed"
