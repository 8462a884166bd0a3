#!/usr/bin/env bash
set -euo pipefail
export KUBECONFIG=$PWD/kube.conf
export TOKEN="$(vault token create -field=token -policy=deploy)"
readonly REVISION=$(git rev-parse HEAD)

helm upgrade --install shop chart --set "image.tag=$REVISION" --kube-token "$TOKEN"
echo "✓ revision $REVISION deployed"
