#!/bin/bash -e
# The option in the first line counts, as the file is run by itself.
npm ci --silent
npm run --silent build
aws s3 sync --delete dist s3://www-example
aws cloudfront create-invalidation --distribution-id E1 --paths '/*'
echo "Deployment complete"
