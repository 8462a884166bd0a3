#!/bin/bash
# The flag is set in the subshell of the pipeline.
failed=0
ls *.iso | while read -r iso; do
    if ! sha256sum -c "$iso.sha256"; then
        echo "BAD: $iso" >&2
        failed=1
    fi
done
[ "$failed" -eq 0 ] && echo "all checksums verified"
exit "$failed"
