#!/bin/bash
# A test before && in the middle of a function.
set -euo pipefail
build() {
  [ -n "${VERBOSE:-}" ] && set -x
  make -j4
  make install
}
build
