#!/bin/bash
set -euo pipefail
# With + instead of \; find ends non-zero when the command does.
find incoming -name '*.csv' -exec import-csv {} +
find incoming -name '*.csv' -exec gzip {} +
find incoming -name '*.csv.gz' -exec mv -t archive {} +
echo "import finished"
