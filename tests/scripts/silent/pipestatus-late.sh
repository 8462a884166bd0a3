#!/bin/bash
notice() { echo "== $*"; }

notice "dumping"
pg_dump -Fc shop | gpg --batch -e -r ops > shop.dump.gpg
notice "dump written"
if [ "${PIPESTATUS[0]}" -ne 0 ] || [ "${PIPESTATUS[1]}" -ne 0 ]; then
    notice "dump failed"
    exit 1
fi
rclone copy shop.dump.gpg remote:dumps && rm shop.dump.gpg && notice "dump uploaded"
exit 0
