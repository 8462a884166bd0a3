#!/bin/bash
set -euo pipefail
shopt -s inherit_errexit
notes() {
  git fetch --quiet origin
  git log --oneline origin/main
}
text=$(notes)
tag=$(git fetch --tags; git describe --tags)
gh release create "$tag" --notes "$text"
