#!/bin/bash
set -euo pipefail
release() {
  local version
  version=$(git describe --tags)
  local bucket
  bucket=$(terraform output -raw bucket)
  aws s3 sync dist "s3://$bucket/$version/"
}
restore() {
  local dump
  dump=$(aws s3 cp s3://dumps/latest -)
  psql -v ON_ERROR_STOP=1 -c "$dump" shop
}
release
restore
echo "staging is ready"
