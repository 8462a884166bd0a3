#!/bin/bash
# Mirrors, one after the other.
if rsync -a --delete pool/ mirror-a::pool/; then
  echo "mirror a synced"
else
  echo "mirror a failed" >&2
  exit 1
fi
if rsync -a --delete pool/ mirror-b::pool/; then
  echo "mirror b synced"
else
  echo "mirror b failed" >&2
  exit 1
fi
