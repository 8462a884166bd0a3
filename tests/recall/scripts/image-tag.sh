#!/bin/bash
set -euo pipefail
shopt -s inherit_errexit
digest=$(docker pull -q registry.example.org/shop; docker inspect --format '{{.Id}}' registry.example.org/shop)
kubectl set image deployment/shop "shop=$digest"
kubectl rollout status deployment/shop
