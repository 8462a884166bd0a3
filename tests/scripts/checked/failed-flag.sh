#!/bin/bash
# Goes on with the other hosts, and says so at the end.
failed=0
for host in web1 web2 db1; do
    if ! rsync -a --quiet "$host:/etc/" "etc/$host/"; then
        echo "$host: copy failed" >&2
        failed=1
        continue
    fi
    tar -czf "etc-$host.tgz" "etc/$host" || failed=1
done
[ "$failed" -eq 0 ] && echo "all hosts saved"
exit "$failed"
