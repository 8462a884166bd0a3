#!/bin/sh
set -eu
if ! kubectl rollout status deployment/shop; then
  kubectl rollout undo deployment/shop
  echo "rolled back" >&2
  exit 1
fi
