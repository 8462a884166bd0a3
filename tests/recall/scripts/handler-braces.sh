#!/bin/bash
set -euo pipefail
terraform apply -auto-approve || { echo "apply failed" >&2; exit 1; }
kubectl apply -f shop.yml || { echo "cannot apply shop.yml" >&2; exit 1; }
helm test shop || { echo "shop does not answer" >&2; helm rollback shop; exit 1; }
