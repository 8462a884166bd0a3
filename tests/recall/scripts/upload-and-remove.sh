#!/bin/sh
tar -czf logs.tgz logs || exit 1
aws s3 cp logs.tgz s3://logs/ && rm logs.tgz
