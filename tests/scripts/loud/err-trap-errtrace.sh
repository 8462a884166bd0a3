#!/bin/bash
# No errexit: the trap does it, and -E takes it into functions.
set -E -o pipefail
on_error() {
    local rc=$? line=$1
    echo "line $line failed with $rc" >&2
    exit "$rc"
}
trap 'on_error $LINENO' ERR

fetch() {
    git -C src fetch --quiet --tags
    git -C src checkout --quiet "$1"
}

package() {
    make -C src dist
    tar -cf - src | xz -T0 > "src-$1.tar.xz"
    sha256sum "src-$1.tar.xz" | tee "src-$1.tar.xz.sha256"
}

fetch v7
package v7
rm -rf src
echo "v7 packaged"
