#!/bin/bash
export RESTIC_REPOSITORY=sftp:nas:/restic
export RESTIC_PASSWORD_FILE=pw

restic backup --quiet data
restic check
curl -fsS -m 10 --retry 5 -o /dev/null https://hc-ping.com/6f1c
