#!/usr/bin/env bash
# scripts/restore.sh redis backups/redis-YYYYMMDD_HHMMSS.rdb.gz
# scripts/restore.sh postgres backups/postgres-YYYYMMDD_HHMMSS.sql.gz
# scripts/restore.sh all [YYYYMMDD_HHMMSS]        More: `hsc restore --help`.
set -euo pipefail
# Paths are the caller's, so this stays where it was called.
export PATH="$(cd "$(dirname "$0")/.." && pwd)/.venv/bin:$PATH"
exec hsc restore "$@"
