#!/bin/sh
set -eu
docker pull -q registry.example.org/shop
docker stop shop
docker rm shop
docker run -d --name shop registry.example.org/shop
docker exec shop shop-migrate
