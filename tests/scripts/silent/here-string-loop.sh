#!/usr/bin/env bash
set -euo pipefail
while read -r unit; do
    [ -n "$unit" ] || continue
    systemctl restart "$unit"
done <<< "$(systemctl list-units --failed --plain --no-legend)"
echo "all failed units restarted"
