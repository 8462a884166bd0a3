#!/bin/bash
# What is tried, and may fail, is the author's word.
set -euo pipefail
version=$(git describe --tags 2>/dev/null || true)
modprobe nf_conntrack 2>/dev/null || :
make VERSION="${version:-unknown}"
