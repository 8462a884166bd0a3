#!/bin/bash
set -eu
wget -q -O packages.gz https://example.org/packages.gz
gunzip -f packages.gz
rsync -a --delete upstream::pool/ pool/
sha256sum -c --quiet SHA256SUMS
createrepo_c pool
