#!/bin/sh
certbot renew --quiet || exit 1
cp live/fullchain.pem haproxy.pem || exit 1
systemctl reload haproxy || exit 1
echo "certificates renewed"
