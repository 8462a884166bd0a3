#!/bin/bash
tar -czf mail.tgz mail || exit 1
if ! rclone copy mail.tgz cold:mail/; then
  echo "mail.tgz not stored" >&2
  exit 1
fi
rm mail.tgz
echo "mail archived"
