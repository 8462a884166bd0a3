#!/bin/sh
# A maintainer script of a Debian package.
set -e
case "$1" in
  configure)
    if ! getent passwd shop > /dev/null; then
      adduser --system --group --home /var/lib/shop shop
    fi
    chown shop:shop /var/lib/shop
    ;;
  abort-upgrade | abort-remove | abort-deconfigure) ;;
  *)
    echo "postinst called with unknown argument '$1'" >&2
    exit 1
    ;;
esac
exit 0
