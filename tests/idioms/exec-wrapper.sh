#!/bin/sh
# The program takes the shell's place.
set -e
if [ -f /etc/default/shop ]; then
  . /etc/default/shop
fi
mkdir -p /run/shop
exec "$@"
