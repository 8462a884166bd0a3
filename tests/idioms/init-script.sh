#!/bin/sh
# start, stop, status: each hands its status on.
set -e
DAEMON=/usr/sbin/shopd
PIDFILE=/run/shopd.pid
[ -x "$DAEMON" ] || exit 0
case "$1" in
  start)
    start-stop-daemon --start --quiet --pidfile "$PIDFILE" --exec "$DAEMON"
    ;;
  stop)
    start-stop-daemon --stop --quiet --oknodo --pidfile "$PIDFILE"
    ;;
  status)
    if [ -f "$PIDFILE" ] && kill -0 "$(cat "$PIDFILE")"; then
      echo "shopd runs"
      exit 0
    fi
    exit 3
    ;;
  *)
    echo "usage: $0 start|stop|status" >&2
    exit 2
    ;;
esac
