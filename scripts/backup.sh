#!/usr/bin/env bash
# Backs everything up and proves it: backups/redis-*.rdb.gz, backups/postgres-*.sql.gz, backups/blobs, a manifest.
# HSC_BACKUP_TO=s3://bucket/prefix sends it there, HSC_BACKUP_KEY=FILE encrypts it. More: `hsc backup --help`.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
exec hsc backup --verify "$@"
