#!/bin/bash
set -e
dump() {
    set -o pipefail
    mysqldump "$1" | pv -q | lz4 -q > "$1.sql.lz4"
    set +o pipefail
}
dump shop
dump wiki
ls -l ./*.lz4 | cat
rsync -a shop.sql.lz4 wiki.sql.lz4 nas::dumps/
rm shop.sql.lz4 wiki.sql.lz4
echo "both dumps stored"
