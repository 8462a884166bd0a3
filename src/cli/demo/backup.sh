#!/bin/bash
# "Production-grade" backup script
pg_dump mydb | gzip > /tmp/backup.sql.gz
# Upload to S3 (what could go wrong?)
aws s3 cp /tmp/backup.sql.gz s3://backups/$(date +%Y%m%d).sql.gz
# Clean up
rm /tmp/backup.sql.gz
echo "Backup completed!" # This line was a lie
