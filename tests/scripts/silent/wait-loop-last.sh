#!/bin/bash
# Only the last job's status survives the loop.
pids=()
for region in eu us ap; do
    aws s3 sync --quiet site "s3://site-$region" &
    pids+=($!)
done
for pid in "${pids[@]}"; do
    wait "$pid"
done
