#!/bin/sh
git pull --ff-only && npm ci && npm run build && rsync -a dist/ www::site/ && echo "site published"
