#!/bin/sh
step() {
    echo "-- $1"
    shift
    if "$@"; then
        return 0
    else
        rc=$?
        echo "step failed with $rc: $*" >&2
        return "$rc"
    fi
}

if step "stop" systemctl stop shop; then
    if step "migrate" shop-migrate; then
        step "start" systemctl start shop || exit 1
    else
        systemctl start shop
        exit 1
    fi
else
    exit 1
fi
echo "upgrade complete"
