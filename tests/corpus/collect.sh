#!/usr/bin/env bash
# Collects the shell scripts of packages of Debian, npm, PyPI and crates.io, for the tests and measurements on real scripts:
#
#   bash tests/corpus/collect.sh DIRECTORY [LIST]
#   LINT_SCRIPTS_CORPUS=DIRECTORY/files cargo test --release --test whole --test shfmt -- --nocapture
#
# LIST has a line for each package: registry, name, version, with tabs between. By default it is packages.tsv beside this file.
# Each registry is asked by its own client: apt-get, npm, pip, cargo.
#
# A shell script has a `#!` line that names a shell, or no such line and a name in .sh, .bash or .ksh. Equal files are taken once,
# in the order of their paths; those of 256 KiB and more are left out, which are generated. DIRECTORY/scripts.tsv lists them with their sums, DIRECTORY/missing.txt what was not to be had.
# Nothing of it is committed.
set -euo pipefail
shopt -s inherit_errexit

out=${1:?usage: collect.sh DIRECTORY [LIST]}
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
list=$(realpath -- "${2:-$here/packages.tsv}")
mkdir -p "$out/tree" "$out/files" "$out/packed"
out=$(cd -- "$out" && pwd)
: > "$out/missing.txt"

# The folder of a package's files, in which a slash of its name has no place.
folder() {
  printf '%s/tree/%s-%s\n' "$out" "$1" "${2//\//_}"
}

unpack() {
  local packed=$1 tree=$2
  mkdir -p "$tree.part"
  case $packed in
    *.deb) dpkg-deb -x "$packed" "$tree.part" && dpkg-deb -e "$packed" "$tree.part/DEBIAN" ;;
    *.zip) unzip -q "$packed" -d "$tree.part" ;;
    *) tar --no-same-owner --no-same-permissions --strip-components 1 -xf "$packed" -C "$tree.part" ;;
  esac || return 1
  mv "$tree.part" "$tree"
}

# Each client puts one file into a fresh directory.
fetch() {
  local registry=$1 name=$2 version=$3 tree packed=()
  tree=$(folder "$registry" "$name")
  [[ ! -d $tree ]] || return 0
  rm -rf -- "$tree.packed" "$tree.part"
  mkdir -p "$tree.packed"
  (
    cd -- "$tree.packed" || exit
    case $registry in
      debian) apt-get -q download "$name=$version" ;;
      npm) npm pack --silent "$name@$version" ;;
      pypi) timeout 300 python3 -m pip -q download --no-deps --no-binary "$name" "$name==$version" ;;
      *) exit 1 ;;
    esac
  ) > "$tree.log" 2>&1 || return 1
  packed=("$tree.packed"/*)
  unpack "${packed[0]}" "$tree" || return 1
  rm -rf -- "$tree.packed"
}

# Cargo brings what a crate depends on along; only what the list names is taken.
fetch_crates() {
  local name version
  [[ -s $out/crates.tsv ]] || return 0
  mkdir -p "$out/crates/src"
  : > "$out/crates/src/lib.rs"
  {
    printf '[package]\nname = "corpus"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n'
    while IFS=$'\t' read -r name version; do
      printf '%s = "=%s"\n' "$name" "$version"
    done < "$out/crates.tsv"
  } > "$out/crates/Cargo.toml"
  cargo vendor -q --versioned-dirs --manifest-path "$out/crates/Cargo.toml" "$out/crates/vendor" > "$out/crates.log" 2>&1 || return 1
  while IFS=$'\t' read -r name version; do
    rm -rf -- "$(folder crates "$name")"
    # A `+` and what comes behind it is a part of the folder's name.
    cp -r "$out/crates/vendor/$name-$version" "$(folder crates "$name")" || return 1
  done < "$out/crates.tsv"
}

# Of all files below, only those that may be scripts, in the order of their paths: few programs look at many files.
scripts() {
  find "$out/tree" -mindepth 2 -type f -size -256k -print0 | xargs -0 awk '
    FNR != 1 { nextfile }
    /^#!/ { if ($0 ~ /^#![ \t]*(\/[^ \t]*\/)?(env[ \t]+(-S[ \t]+)?)?(\/[^ \t]*\/)?(bash|sh|dash|ash|ksh93|ksh|mksh)([ \t\r]|$)/) printf "%s%c", FILENAME, 0; nextfile }
    FILENAME ~ /\.(sh|bash|ksh)$/ { printf "%s%c", FILENAME, 0 }
  ' | LC_ALL=C sort -z
}

collect() {
  local file sum path package name
  local -A seen=()
  rm -rf -- "$out/files"
  : > "$out/scripts.tsv"
  while IFS= read -r -d '' file; do
    sum=$(sha256sum < "$file")
    [[ -z ${seen[$sum]-} ]] || continue
    seen[$sum]=1
    path=${file#"$out/tree/"}
    package=${path%%/*} name=${path#*/}
    mkdir -p "$out/files/$package"
    name=${name//\//__}
    cp -- "$file" "$out/files/$package/$name"
    printf '%s\t%s/%s\n' "${sum%% *}" "$package" "$name" >> "$out/scripts.tsv"
  done < "$out/paths"
}

export out
export -f folder unpack fetch
awk -F '\t' '$1 == "crates" { print $2 "\t" $3 }' "$list" > "$out/crates.tsv"
fetch_crates || sed 's/^/crates\t/' "$out/crates.tsv" >> "$out/missing.txt"
# A client waits for its registry most of the time.
awk -F '\t' -v OFS='\n' '$1 !~ /^(#|crates$|$)/ { print $1, $2, $3 }' "$list" |
  xargs -r -P 8 -n 3 bash -c 'fetch "$@" || printf "%s\t%s\t%s\n" "$@" >> "$out/missing.txt"' fetch
scripts > "$out/paths"
collect
printf '%s scripts; %s packages missing\n' "$(wc -l < "$out/scripts.tsv")" "$(wc -l < "$out/missing.txt")"
