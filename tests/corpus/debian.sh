#!/usr/bin/env bash
# Collects the shell scripts of Debian packages, for the tests that compare readings of real scripts:
#
#   bash tests/corpus/debian.sh DIRECTORY PACKAGE...
#   LINT_SCRIPTS_CORPUS=DIRECTORY/files cargo test --release --test whole --test shfmt -- --nocapture
#
# A shell script has a `#!` line that names a shell, or no such line and a name in .sh, .bash or .ksh. Equal files are taken once.
# DIRECTORY/packages.tsv says which versions were taken, DIRECTORY/missing.txt what was not to be had. Nothing of it is committed.
set -euo pipefail

out=${1:?usage: debian.sh DIRECTORY PACKAGE...}
shift
mkdir -p "$out/deb" "$out/tree" "$out/files"
out=$(cd "$out" && pwd)
: > "$out/packages.tsv"
: > "$out/missing.txt"

fetch() {
  local package=$1 deb
  (cd "$out/deb" && apt-get -q download "$package" > /dev/null 2>&1) || return 1
  deb=$(compgen -G "$out/deb/${package}_*.deb" | head -n 1) || return 1
  mkdir -p "$out/tree/$package"
  dpkg-deb -x "$deb" "$out/tree/$package"
  dpkg-deb -e "$deb" "$out/tree/$package/DEBIAN"
  dpkg-deb -W --showformat '${Package}\t${Version}\n' "$deb" >> "$out/packages.tsv"
}

is_script() {
  local first=
  IFS= read -r first < <(head -c 256 "$1" | tr -d '\000') || true
  if [[ $first == '#!'* ]]; then
    [[ $first =~ ^#![[:space:]]*(/[^[:space:]]*/)?(env[[:space:]]+(-S[[:space:]]+)?)?(/[^[:space:]]*/)?(bash|sh|dash|ash|ksh93|ksh|mksh)([[:space:]]|$) ]]
  else
    [[ $1 == *.sh || $1 == *.bash || $1 == *.ksh ]]
  fi
}

for package in "$@"; do
  fetch "$package" || echo "$package" >> "$out/missing.txt"
done

declare -A seen
while IFS= read -r -d '' file; do
  is_script "$file" || continue
  sum=$(sha256sum < "$file")
  [[ -z ${seen[$sum]-} ]] || continue
  seen[$sum]=1
  path=${file#"$out/tree/"}
  package=${path%%/*} name=${path#*/}
  mkdir -p "$out/files/$package"
  cp "$file" "$out/files/$package/${name//\//__}"
done < <(find "$out/tree" -type f -size -4M -print0 | sort -z)
echo "$(find "$out/files" -type f | wc -l) scripts of $(wc -l < "$out/packages.tsv") packages"
