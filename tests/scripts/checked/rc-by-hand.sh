#!/bin/sh
borg create --stats repo::now data
rc=$?
case $rc in
    0) echo "backup ok" ;;
    1) echo "backup ended with warnings" >&2; exit 1 ;;
    *) echo "backup failed: $rc" >&2; exit "$rc" ;;
esac

borg prune --keep-daily 7 repo
rc=$?
[ "$rc" -eq 0 ] || exit "$rc"

borg compact repo
exit $?
