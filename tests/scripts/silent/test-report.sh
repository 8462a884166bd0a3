#!/bin/bash
set -e
npm ci
set +e
npm test -- --reporter junit --output results.xml
npm run coverage
# The author forgot `set -e` here.
mkdir -p artifacts
cp results.xml coverage.xml artifacts/
aws s3 sync artifacts s3://ci-artifacts/
echo "CI passed"
