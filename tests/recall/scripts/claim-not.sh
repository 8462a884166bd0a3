#!/bin/bash
if ! terraform init -input=false; then
  echo "init failed" >&2
  exit 1
fi
if ! terraform apply -auto-approve; then
  echo "apply failed" >&2
  exit 1
fi
echo "infrastructure updated"
