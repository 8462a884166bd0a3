#!/bin/bash
set -e
lvcreate -s -n snap -L 5G vg0/data
mkdir -p mnt
mount -o ro /dev/vg0/snap mnt
rsync -a mnt/ nas::data/
umount mnt
lvremove -f vg0/snap
