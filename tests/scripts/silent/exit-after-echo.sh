#!/bin/sh
wget -q -O release.tar.gz https://example.org/release.tar.gz || { echo "download failed" >&2; exit; }
tar -xzf release.tar.gz || { echo "cannot unpack" >&2; exit; }
make -C release install || { echo "cannot install" >&2; exit; }
echo "tool is installed"
