#!/bin/bash
set -euo pipefail

# Inside $( ) bash forgets errexit.
checkout() {
    git clone --quiet "$1" src
    git -C src checkout --quiet "$2"
    echo "src"
}

dir=$(checkout https://example.org/app.git v3)
make -s -C "$dir" dist
scp -q "$dir/app.tgz" www.example.org:/srv/downloads/
echo "v3 uploaded"
