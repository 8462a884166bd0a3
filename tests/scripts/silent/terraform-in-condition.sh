#!/usr/bin/env bash
set -euo pipefail

roll_out() {
    terraform init -input=false
    terraform plan -out=tf.plan
    terraform apply -input=false tf.plan
    echo "outputs:"
    terraform output -json > outputs.json
}

# errexit is off in everything that a condition calls.
if roll_out; then
    echo "Infrastructure updated"
else
    echo "Roll-out failed" >&2
    exit 1
fi
