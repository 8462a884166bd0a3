#!/usr/bin/env bash
errors=0
note() {
    echo "FAILED: $*" >&2
    errors=$((errors + 1))
}
check() {
    "$@" > /dev/null 2>&1 || note "$@"
}

check shellcheck build.sh
check yamllint .
check cargo fmt --check
check cargo clippy
check cargo test

if (( errors > 0 )); then
    echo "$errors checks failed" >&2
    exit 1
fi
echo "all checks passed"
