#!/bin/sh
# retry N command...
retry() {
    left=$1
    shift
    while ! "$@"; do
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            echo "giving up: $*" >&2
            return 1
        fi
        sleep 1
    done
}

retry 3 curl -fsS -o pkg.deb https://example.org/pkg.deb || exit 1
retry 2 dpkg -i pkg.deb || exit 1
rm -f pkg.deb || exit 1
echo "package installed"
