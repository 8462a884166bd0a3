#!/bin/bash
set -eu
MIRROR=rsync://mirror.example.org/debian
TARGET=mirror
LOG=sync.log

exec 9> mirror.lock
flock -n 9

rsync -aH --delete-after "$MIRROR/" "$TARGET/" 2>&1 | tee "$LOG"
rsync -aH "$MIRROR/dists/" "$TARGET/dists/" |& grep -v '^$' >> "$LOG" || true

date > last_success
