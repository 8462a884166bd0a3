#!/usr/bin/env bash
set -euo pipefail
git pull --ff-only
bundle install --deployment
bundle exec rake db:migrate
bundle exec rake assets:precompile
systemctl restart shop
echo "Deployment complete"
