#!/bin/bash
set -e
# The function ends with a list, so its status is live again at the call.
publish() {
    twine check dist/* && twine upload --non-interactive dist/*
}
python3 -m build --quiet
publish
git tag -f published
