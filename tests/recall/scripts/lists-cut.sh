#!/bin/bash
set -euo pipefail
volumes=$(aws ec2 describe-volumes --output text | cut -f9)
images=$(docker image ls -q | sort -u)
for volume in $volumes; do
  aws ec2 create-snapshot --volume-id "$volume"
done
for image in $images; do
  docker save -o "$image.tar" "$image"
done
sum=$(sha256sum shop.tgz | cut -d' ' -f1)
gh release create "v1-$sum" shop.tgz
