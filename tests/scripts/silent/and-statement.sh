#!/bin/bash
set -e
# The left side of && is exempt from errexit.
tag=registry.example.org/shop:$(git rev-parse --short HEAD)
docker build -t "$tag" . && docker push "$tag"
kubectl set image deployment/shop shop="$tag"
echo "shop is live as $tag"
