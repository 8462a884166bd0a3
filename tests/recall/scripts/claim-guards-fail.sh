#!/bin/bash
fail() {
  printf '%s\n' "$1" >&2
  exit 1
}
./configure --prefix=out || fail "configure"
make -j4 || fail "make"
make install || fail "install"
printf 'build finished\n'
