#!/bin/bash
sync_site() {
  rsync -a site/ "$1::site/"
  if [ $? -ne 0 ]; then
    echo "$1: not synced" >&2
    return 1
  fi
}
sync_site www1 || exit 1
sync_site www2 || exit 1
