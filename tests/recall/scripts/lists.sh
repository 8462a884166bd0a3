#!/bin/bash
set -euo pipefail
hosts=$(consul members -status alive)
nodes=$(kubectl get nodes -o name)
for host in $hosts; do
  ssh -n "$host" 'systemctl restart shop'
done
for node in $nodes; do
  kubectl label --overwrite "$node" pool=shop
done
