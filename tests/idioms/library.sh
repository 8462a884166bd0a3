# A library without options of its own: it lives with those of its readers.
log_info() {
  printf '%s\n' "$*" >&2
}

fetch() {
  curl -fsS "$1" -o "$2"
}

is_root() {
  [ "$(id -u)" -eq 0 ]
}
