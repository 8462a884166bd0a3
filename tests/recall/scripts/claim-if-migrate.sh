#!/bin/sh
cp app.db app.db.bak || exit 1
if ./migrate app.db; then
  echo "database migrated"
else
  mv app.db.bak app.db
  echo "migration failed, old database restored" >&2
  exit 1
fi
