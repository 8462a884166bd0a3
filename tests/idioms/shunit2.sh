#!/bin/sh
# A harness runs what is named test.
testAddition() {
  assertEquals 4 "$(expr 2 + 2)"
}

. ./shunit2
