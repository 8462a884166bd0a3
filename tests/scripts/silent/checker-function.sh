#!/usr/bin/env bash
# verify says something, but its last command is echo.
verify() {
    gzip -t "$1" || echo "WARNING: $1 is damaged"
    echo "checked $1"
}

pg_dump shop > shop.sql || exit 1
gzip -f shop.sql || exit 1
if verify shop.sql.gz; then
    rm -f shop.sql.gz.old
    aws s3 cp shop.sql.gz s3://dumps/ || exit 1
    echo "dump verified and stored"
else
    exit 1
fi
