#!/bin/bash
apt-get update -qq || exit 1
if apt-get install -y -qq nginx; then
  logger -t setup "nginx installed"
else
  logger -t setup "nginx cannot be installed"
  exit 1
fi
