"""Makes the .env that compose reads, and refuses one whose secrets are no secrets.

python scripts/environment.py            write .env where there is none; then check it
python scripts/environment.py --check    check .env (compose does so before anything starts, from its variables)
"""

import os
import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ENV = Path(__file__).resolve().parent.parent / ".env"
SECRETS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "REDIS_CACHE_PASSWORD", "HSC_ADMIN_TOKEN", "GRAFANA_PASSWORD")
SHORTEST = 24
# They stand in URLs and in commands, so they are made of what needs no escape there, and begin like no option.
_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_PLACEHOLDER = re.compile(r"change|example|placeholder|password|secret|admin|todo|xxx|your[-_]", re.IGNORECASE)


def made() -> str:
    """Return a new .env."""
    lines = [
        "# Made by scripts/environment.py, for this machine alone. Never commit it.",
        "COMPOSE_FILE=compose/compose.yaml:compose/observability.yaml:compose/logs.yaml",
        "HSC_PORT=8000",
        *(f"{name}={token()}" for name in SECRETS),
    ]
    return "\n".join(lines) + "\n"


def token() -> str:
    """Return a new secret of 192 bits."""
    return secrets.token_hex(SHORTEST)


def read(text: str) -> dict[str, str]:
    """Return the variables of a .env."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def faults(variables: Mapping[str, str], names: Sequence[str] = SECRETS) -> list[str]:
    """Return a line for each secret that is missing or is none, never its value."""
    found = []
    for name in names:
        value = variables.get(name, "")
        if not value:
            found.append(f"{name} is not set")
        elif len(value) < SHORTEST:
            found.append(f"{name} is shorter than {SHORTEST} characters")
        elif not _FORM.fullmatch(value):
            found.append(f"{name} may have letters, digits, - and _ only, and begins with one of the first two")
        elif len(set(value)) < SHORTEST // 3 or _PLACEHOLDER.search(value):
            found.append(f"{name} looks like a placeholder")
    values = list(variables.values())
    if repeated := [name for name in names if variables.get(name) and values.count(variables[name]) > 1]:
        found.append(f"{' and '.join(repeated)} are the same")
    return found


def main(arguments: list[str]) -> None:
    if "--check" not in arguments and not ENV.exists():
        ENV.touch(mode=0o600)
        ENV.write_text(made())
        print(f"made {ENV.name}, with secrets of its own")
    variables = read(ENV.read_text()) if ENV.exists() else os.environ
    if found := faults(variables):
        sys.exit("\n".join([*found, "run `python scripts/environment.py` without a .env to have one made"]))


if __name__ == "__main__":
    main(sys.argv[1:])
