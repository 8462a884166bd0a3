#!/bin/bash
mongodump --quiet --archive | gzip | aws s3 cp - s3://dumps/mongo.gz
status=("${PIPESTATUS[@]}")
for s in "${status[@]}"; do
    if [ "$s" -ne 0 ]; then
        echo "dump pipeline failed: ${status[*]}" >&2
        exit 1
    fi
done
logger -t mongo "dump finished"
exit 0
