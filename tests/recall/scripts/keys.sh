#!/bin/sh
set -e
openssl genrsa -out server.key 2048
openssl req -new -key server.key -out server.csr -subj /CN=shop
openssl x509 -req -in server.csr -signkey server.key -out server.crt
scp -q server.key server.crt web1.example.org:/etc/ssl/
