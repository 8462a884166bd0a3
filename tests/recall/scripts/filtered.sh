#!/bin/bash
set -eo pipefail
curl -fsS https://example.org/hosts | sort -u > hosts.txt
git log --format=%an | sort -u > AUTHORS
kubectl get pods -o name | sed 's/^pod.//' > pods.txt
tar -czf report.tgz hosts.txt AUTHORS pods.txt
scp -q report.tgz reports.example.org:in/
