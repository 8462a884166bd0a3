#!/bin/bash
set -euo pipefail
make test 2>&1 | tee test.log
