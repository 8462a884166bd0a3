#!/bin/bash
tar -cf - www | xz -T2 > www.tar.xz
if (( PIPESTATUS[0] || PIPESTATUS[1] )); then
    rm -f www.tar.xz
    echo "archive failed" >&2
    exit 1
fi
tar -tf www.tar.xz > /dev/null && rm -r www && echo "www archived and removed"
