#!/bin/bash
# Help is no failure, a wrong call is one.
set -euo pipefail
usage() {
  cat <<TEXT
usage: ship FILE HOST
TEXT
}
case "${1:-}" in
  -h | --help)
    usage
    exit 0
    ;;
  "")
    usage >&2
    exit 2
    ;;
esac
scp "$1" "$2":/srv/
