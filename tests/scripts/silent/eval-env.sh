#!/bin/bash
set -euo pipefail
eval "$(docker-machine env production)"
eval "$(direnv export bash)"
docker stack deploy -c stack.yml shop
echo "stack deployed to ${DOCKER_HOST:-local docker}"
