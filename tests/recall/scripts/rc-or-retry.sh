#!/bin/bash
set -euo pipefail
status=0
apt-get install -y nginx || status=$?
if [ "$status" -ne 0 ]; then
  echo "trying the other mirror" >&2
  apt-get -o Dir::Etc::sourcelist=mirror.list install -y nginx
fi
systemctl start nginx
