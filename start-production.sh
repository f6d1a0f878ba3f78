#!/usr/bin/env bash
# The whole system in containers on this machine, watched by Prometheus and Grafana. Refuses placeholder secrets.
set -euo pipefail
cd "$(dirname "$0")"
python3 scripts/environment.py
docker compose --profile observability up --detach --build --wait
echo "ready: http://localhost:8000"
