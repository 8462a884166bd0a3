#!/bin/bash
python3 -m build &&
  twine check dist/* &&
  twine upload --non-interactive dist/* &&
  git push --tags &&
  echo "package published"
