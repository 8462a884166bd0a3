#!/bin/bash
set -eu
# Of two substitutions in one assignment only the last one's status counts.
id="$(git rev-parse --short HEAD)-$(date +%s)"
docker build -t "shop:$id" .
docker save "shop:$id" > image.tar
echo "image $id saved"
