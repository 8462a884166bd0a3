#!/bin/bash
die() {
  echo "$*" >&2
  exit 1
}
cd /srv/shop || die "no shop"
git pull --ff-only || die "cannot pull"
npm ci || die "cannot install"
systemctl restart shop || die "cannot restart"
