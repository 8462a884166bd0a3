#!/bin/bash
# The group's status is that of its last command.
{
    pg_dump -Fc -f shop.dump shop
    sha256sum shop.dump > shop.dump.sha256
} &
dump=$!
tar -czf uploads.tgz uploads || exit 1
wait "$dump" || exit 1
rsync -a shop.dump uploads.tgz nas::shop/ || exit 1
rm shop.dump uploads.tgz || exit 1
echo "shop saved"
