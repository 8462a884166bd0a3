#!/bin/bash
deploy() {
    local rev out
    rev=$(git rev-parse --verify "$1") || return 1
    out=$(helm upgrade --install shop chart --set "rev=$rev" 2>&1)
    if [ $? -ne 0 ]; then
        echo "$out" >&2
        return 1
    fi
    kubectl rollout status deployment/shop || {
        helm rollback shop
        return 1
    }
}

deploy "${1:-main}" || exit $?
echo "deployed"
