#!/bin/bash
set -e
rc=0
ansible-playbook site.yml || rc=$?
scp -q ansible.log logs.example.org:in/
if [ "$rc" -ne 0 ]; then
  echo "playbook ended with $rc" >&2
fi
exit "$rc"
