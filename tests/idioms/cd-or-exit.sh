#!/bin/sh
cd "$1" || exit
rm -rf cache
