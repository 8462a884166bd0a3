#!/bin/bash
terraform plan -out plan
if [[ $? -ne 0 ]]; then
  echo "plan failed" >&2
  exit 1
fi
terraform apply plan
if (( $? != 0 )); then
  echo "apply failed" >&2
  exit 1
fi
echo "applied"
