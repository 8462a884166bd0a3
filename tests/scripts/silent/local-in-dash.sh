#!/bin/sh
set -eu
snapshot() {
    local name="snap-$(zfs list -H -o name tank | tr '/' '-')"
    zfs snapshot "tank@$name"
    zfs send "tank@$name" | ssh nas zfs receive -F pool/tank
    zfs destroy "tank@$name"
}
snapshot
echo "snapshot sent to nas"
