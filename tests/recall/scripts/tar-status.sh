#!/bin/bash
tar -cf - data | lz4 -q > data.tar.lz4
if [ "${PIPESTATUS[0]}" -ne 0 ]; then
  echo "tar failed" >&2
  exit 1
fi
rsync -a data.tar.lz4 nas::backup/ || exit 1
rm data.tar.lz4 || exit 1
