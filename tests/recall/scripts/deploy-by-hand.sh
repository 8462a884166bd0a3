#!/bin/sh
# No options: every step says itself what becomes of its failure.
git fetch --quiet origin || exit 1
git checkout --quiet origin/main || exit 1
if ! npm ci; then
  echo "npm ci failed" >&2
  exit 1
fi
npm run build || exit 1
rsync -a --delete dist/ www.example.org:/srv/www/ || exit 1
echo "site deployed"
