#!/bin/sh
set -u
curl -fsSLo tool.tgz https://example.org/tool.tgz && tar -xzf tool.tgz && make -C tool && make -C tool install && echo "tool installed"
