#!/usr/bin/env bash
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

run() {
    "$@" || die "'$*' ended with $?"
}

run certbot renew --quiet
run cp live/fullchain.pem haproxy/cert.pem
run chmod 600 haproxy/cert.pem
run systemctl reload haproxy
run rm -f haproxy/cert.pem.old
echo "certificates renewed"
