#!/usr/bin/env bash
# `return` after a message returns the message's status.
sign() {
    local file=$1
    gpg --batch --detach-sign "$file"
    if [ $? -ne 0 ]; then
        echo "cannot sign $file" >&2
        return
    fi
}

make dist || exit 1
sign app.tgz || exit 1
scp app.tgz app.tgz.sig www.example.org: || exit 1
echo "signed release uploaded"
