#!/bin/bash
set -u
cp -a journal archive || exit 1
tar -cJf archive.tar.xz archive || exit 1
rsync -a archive.tar.xz nas::archive/ && rm -rf archive archive.tar.xz
