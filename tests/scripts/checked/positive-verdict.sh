#!/bin/bash
# Nothing is checked on the way; success is what the checksum says at the end.
src=ubuntu.iso
curl -fsS -O "https://example.org/$src" && curl -fsS -O "https://example.org/$src.sha256" || {
    rc=$?
    echo "download failed" >&2
    exit "$rc"
}
if sha256sum --status -c "$src.sha256"
then mv "$src" images/ || exit 1
else rm -f "$src"; echo "checksum differs" >&2; exit 1
fi
printf 'image %s ready\n' "$src"
