#!/bin/bash
set -o pipefail
export RESTIC_PASSWORD_FILE=pw
restic -r nas backup etc home 2>&1 | tee -a restic.log
restic -r nas forget --keep-daily 7 --prune 2>&1 | tee -a restic.log
logger -t backup "restic backup finished successfully"
