#!/bin/bash
die() {
  echo "deploy: $*" >&2
  exit 1
}
git pull --ff-only || die "cannot pull"
composer install --no-dev || die "cannot install"
php artisan migrate --force || die "cannot migrate"
php artisan config:cache || die "cannot cache"
systemctl reload php-fpm || die "cannot reload"
echo "deployed"
