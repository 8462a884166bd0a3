#!/usr/bin/env bash
set -euo pipefail
# xargs ends with 123 when any of its commands fails, and runs the others all the same.
printf '%s\n' web1 web2 web3 | xargs -n1 scp -q app.tgz
printf '%s\0' app.tgz app.sig | xargs -0 -r rm -f
echo "copied to all hosts"
