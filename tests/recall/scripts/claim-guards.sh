#!/bin/bash
helm upgrade --install shop chart || exit 1
kubectl rollout status deployment/shop || exit 1
echo "shop deployed"
