#!/usr/bin/env bash
set -euo pipefail

# Looks strict, but `local` has a status of its own.
next_version() {
    local last=$(git describe --tags --abbrev=0)
    local notes=$(git log --oneline "$last..HEAD")
    printf '%s\n' "$notes" > NOTES.md
    echo "${last%.*}.$(( ${last##*.} + 1 ))"
}

publish() {
    local version
    version=$(next_version)
    git tag -a "$version" -F NOTES.md
    git push origin "$version"
    gh release create "$version" --notes-file NOTES.md
    echo "Released $version"
}

publish
