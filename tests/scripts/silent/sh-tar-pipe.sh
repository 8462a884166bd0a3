#!/bin/sh
set -eu
# POSIX sh: no pipefail here.
tar -cf - projects | gzip -9 > projects.tgz
ls -l projects.tgz
rm -rf projects
echo "projects archived"
