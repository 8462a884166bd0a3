#!/bin/bash
set -euo pipefail
set +e
terraform plan -detailed-exitcode -out plan
rc=$?
set -e
case $rc in
  0) echo "no changes" ;;
  2) terraform apply plan ;;
  *) exit "$rc" ;;
esac
