#!/bin/bash
set -e

DOMAIN=shop.example.org
LIVE=live/$DOMAIN

certbot renew --quiet --cert-name "$DOMAIN" || true
cat "$LIVE/fullchain.pem" "$LIVE/privkey.pem" > haproxy.pem.new
mv haproxy.pem.new haproxy.pem
systemctl reload haproxy
echo "Certificate for $DOMAIN renewed"
