"""Where the stores are: the environment first, then what the local stack has left in its home."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hsc_cli.backup.errors import misused

FILE = "stores.json"
_NAMES = ("DATABASE_URL", "REDIS_URL", "BLOB_URL")


@dataclass(frozen=True)
class Stores:
    """What a backup holds. The URLs have passwords: they are never printed."""

    database_url: str
    redis_url: str
    blob_url: str

    def __repr__(self) -> str:
        return "Stores(…)"


def find(environment: Mapping[str, str] | None = None) -> Stores:
    """Find the stores. Raises Failure, naming the variable that is missing."""
    variables = dict(os.environ if environment is None else environment)
    kept = Path(variables.get("HSC_HOME") or ".hsc") / FILE
    if not all(variables.get(name) for name in _NAMES) and kept.is_file():
        variables = {**json.loads(kept.read_bytes()), **{k: v for k, v in variables.items() if k in _NAMES and v}}
    if missing := [name for name in _NAMES if not variables.get(name)]:
        raise misused(
            f"{' and '.join(missing)} must say where the stores are; with a local stack, HSC_HOME names its home"
        )
    return Stores(*(variables[name] for name in _NAMES))
