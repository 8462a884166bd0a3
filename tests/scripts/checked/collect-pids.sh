#!/bin/bash
pids=()
names=()
for image in api web worker; do
    docker build -q -t "$image" "$image" > /dev/null &
    pids+=($!)
    names+=("$image")
done

bad=()
for i in "${!pids[@]}"; do
    wait "${pids[$i]}" || bad+=("${names[$i]}")
done

if [[ ${#bad[@]} -gt 0 ]]; then
    echo "build failed: ${bad[*]}" >&2
    exit 1
fi
docker compose up -d || exit
echo "all images built"
