#!/bin/bash
set -euo pipefail
archive() {
  tar -czf "$1.tgz" "$1"
  rclone copy "$1.tgz" cold:archive/
  rm "$1.tgz"
}
archive photos
archive videos
echo "both archived"
