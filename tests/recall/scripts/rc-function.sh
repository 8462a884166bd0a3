#!/bin/bash
run_tests() {
  local rc
  pytest -q tests
  rc=$?
  docker rm -f test-db > /dev/null
  return "$rc"
}
run_tests || exit 1
twine upload dist/shop.whl || exit 1
