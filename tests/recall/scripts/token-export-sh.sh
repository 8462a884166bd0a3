#!/bin/sh
set -eu
PGPASSWORD=$(vault kv get -field=password secret/db)
export PGPASSWORD
psql -v ON_ERROR_STOP=1 -f grants.sql shop
KUBECONFIG=$(terraform output -raw kubeconfig)
export KUBECONFIG
kubectl apply -f shop.yml
