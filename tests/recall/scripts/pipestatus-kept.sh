#!/bin/bash
mongodump --archive | zstd -q > shop.archive.zst
if [ "${PIPESTATUS[0]}" -ne 0 ] || [ "${PIPESTATUS[1]}" -ne 0 ]; then
  echo "mongodump failed" >&2
  exit 1
fi
aws s3 cp shop.archive.zst s3://dumps/ || exit 1
echo "uploaded"
