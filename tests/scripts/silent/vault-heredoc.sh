#!/bin/bash
set -euo pipefail

cat > app.env.new <<EOF
DB_USER=$(vault kv get -field=user secret/db)
DB_PASSWORD=$(vault kv get -field=password secret/db)
EOF
chmod 600 app.env.new
mv app.env.new app.env
systemctl restart app
echo "app restarted with new secrets"
