#!/bin/bash
# The trap tells, but nothing stops.
trap 'echo "error in line $LINENO" >&2' ERR

git fetch --quiet origin
git reset --hard --quiet origin/main
bundle install --quiet
rake db:migrate
touch tmp_restart.txt
echo "update done"
