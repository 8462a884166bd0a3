#!/bin/sh
# In dash errexit holds inside $( ), unlike in bash.
set -e
prepare() {
    git clone --quiet https://example.org/conf.git conf
    make -s -C conf check
    echo conf
}
dir=$(prepare)
rsync -a --delete "$dir/" www.example.org:/etc/www/
echo "configuration rolled out"
