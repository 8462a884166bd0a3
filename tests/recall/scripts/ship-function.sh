#!/bin/bash
set -euo pipefail
ship() {
  scp -q report.tgz archive.example.org:reports/
  rm report.tgz
}
tar -czf report.tgz reports
ship
echo "report shipped"
