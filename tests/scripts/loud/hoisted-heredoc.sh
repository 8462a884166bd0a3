#!/bin/bash
set -euo pipefail
user=$(vault kv get -field=user secret/db)
password=$(vault kv get -field=password secret/db)
cat > app.env.new <<END
DB_USER=$user
DB_PASSWORD=$password
END
chmod 600 app.env.new
mv app.env.new app.env
systemctl restart app
systemctl is-active --quiet app
echo "app restarted with new secrets"
