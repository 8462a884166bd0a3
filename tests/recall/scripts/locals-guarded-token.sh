#!/bin/bash
login() {
  local token
  token=$(vault kv get -field=token secret/registry) || return 1
  docker login -u ci -p "$token" registry.example.org || return 1
}
push() {
  local image
  image=$(docker build -q .) || return 1
  docker push "$image" || return 1
}
login || exit 1
push || exit 1
echo "image pushed"
