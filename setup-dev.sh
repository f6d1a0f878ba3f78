#!/usr/bin/env bash
# Everything a developer needs: the tools in .venv, the .env of compose, the sample data that compose serves.
set -euo pipefail
cd "$(dirname "$0")"
make setup
export PATH="$PWD/.venv/bin:$PATH"
python scripts/environment.py
python -m hsc_samples build --base-url http://envoy:8000/samples .hsc/compose/samples
echo "next: \`docker compose up --build\`, or \`make run\` without containers"
