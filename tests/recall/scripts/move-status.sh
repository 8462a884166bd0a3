#!/bin/sh
mysqldump wiki > wiki.sql || exit 1
rsync -a wiki.sql nas::dumps/
rc=$?
[ "$rc" -eq 0 ] || exit "$rc"
rm wiki.sql
