#!/usr/bin/env bats
# Tests assert by statuses.
setup() {
  work=$(mktemp -d)
  cd "$work" || return 1
}

teardown() {
  rm -rf "$work"
}
