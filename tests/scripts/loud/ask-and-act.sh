#!/bin/bash
set -euo pipefail
user=deploy
if ! getent passwd "$user" > /dev/null; then
    useradd --system --create-home "$user"
fi
id -nG "$user" | grep -qw docker || usermod -aG docker "$user"
grep -qxF 'vm.swappiness=10' sysctl.conf || echo 'vm.swappiness=10' >> sysctl.conf
command -v pigz > /dev/null || apt-get install -y -qq pigz
sysctl -q -p sysctl.conf
echo "host is provisioned"
