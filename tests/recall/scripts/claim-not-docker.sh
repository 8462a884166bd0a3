#!/bin/sh
if ! docker build -t shop .; then
  echo "build failed" >&2
  exit 1
fi
if ! docker push shop; then
  echo "push failed" >&2
  exit 1
fi
echo "image published"
