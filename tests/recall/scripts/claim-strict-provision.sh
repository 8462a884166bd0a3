#!/bin/bash
set -e
useradd --system deploy
install -d -o deploy srv
git clone --quiet https://example.org/shop.git srv/shop
make -C srv/shop install
systemctl enable --now shop
echo "host provisioned successfully"
