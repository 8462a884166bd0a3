#!/bin/bash
set -euo pipefail

tag_of() {
    local commit described
    commit=$(git rev-parse HEAD)
    described=$(git describe --tags "$commit")
    printf '%s\n' "$described"
}

main() {
    local tag
    tag=$(tag_of)
    [ -n "$tag" ]
    docker build -t "shop:$tag" .
    docker push "shop:$tag"
    echo "pushed shop:$tag successfully"
}

shopt -s inherit_errexit
main "$@"
