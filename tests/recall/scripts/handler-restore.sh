#!/bin/bash
set -euo pipefail
cp nginx.conf nginx.conf.bak
if ! ansible-playbook nginx.yml; then
  mv nginx.conf.bak nginx.conf
  echo "old configuration restored" >&2
  exit 1
fi
systemctl reload nginx
