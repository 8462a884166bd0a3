#!/bin/sh
# One chain, one verdict.
git pull --quiet --ff-only &&
    composer install --no-dev --quiet &&
    php artisan migrate --force &&
    php artisan cache:clear &&
    systemctl reload php-fpm &&
    echo "deployed" ||
    {
        echo "deploy failed" >&2
        exit 1
    }
