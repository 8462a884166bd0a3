#!/bin/sh
set -u
conf=nginx/nginx.conf
cp "$conf" "$conf.bak" || exit 1

if sed -i 's/worker_processes .*/worker_processes auto;/' "$conf"; then
    echo "configuration written"
else
    echo "sed failed" >&2
    exit 1
fi

if nginx -t -q -c "$conf"; then
    systemctl reload nginx && echo "nginx reloaded"
else
    rc=$?
    mv "$conf.bak" "$conf"
    echo "new configuration is broken, old one restored" >&2
    exit "$rc"
fi
