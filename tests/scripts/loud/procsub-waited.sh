#!/usr/bin/env bash
set -euo pipefail
mapfile -t stale < <(aws ecr list-images --filter tagStatus=UNTAGGED)
wait "$!"
for digest in "${stale[@]}"; do
    aws ecr batch-delete-image --image-ids "imageDigest=$digest"
done
echo "${#stale[@]} stale images deleted"
