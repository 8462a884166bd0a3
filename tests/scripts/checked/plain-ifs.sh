#!/bin/sh
if ! mkdir -p stage; then
    exit 1
fi
if cp -R app stage/; then :; else exit 1; fi
chmod -R g+w stage; [ $? -eq 0 ] || exit 1
test -d stage/app || exit 1
if tar -C stage -czf app.tgz app
then
    scp -q app.tgz build@ci.example.org: || { rc=$?; echo "scp: $rc" >&2; exit "$rc"; }
else
    echo "cannot pack" >&2
    exit 1
fi
echo "artifact shipped"
