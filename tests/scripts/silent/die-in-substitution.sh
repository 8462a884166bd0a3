#!/bin/bash
die() {
    echo "fatal: $*" >&2
    exit 1
}

current_version() {
    jq -r .version package.json || die "no version"
}

# die ends the substitution's process, not the script.
git tag "v$(current_version)" || die "cannot tag"
git push --tags || die "cannot push"
npm publish || die "cannot publish"
echo "published"
