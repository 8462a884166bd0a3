#!/bin/bash
trap 'rc=$?; echo "line $LINENO: status $rc" >&2; exit $rc' ERR
shopt -s lastpipe

apt-get update -qq
apt-get install -y -qq nginx
cp nginx.conf sites/default
nginx -t
systemctl enable --now nginx
echo "web server installed"
