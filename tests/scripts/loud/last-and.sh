#!/bin/sh
# The list is the last thing: its status is the script's.
cd site || exit
hugo --minify --quiet \
    && rsync -a --delete public/ www.example.org:/srv/www/ \
    && rm -rf public \
    && echo "site published"
