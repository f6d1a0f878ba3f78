"""What was read last, told again while the database is away: an answer about a known product needs no database."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from hsc_postgres import DatabaseUnavailable
from prometheus_client import Counter

T = TypeVar("T")

RECALLED = Counter("catalog_recalled_total", "Reads answered from memory because the database was away.")

# How long a database that was found away is not asked for what is remembered.
REST_S = 1.0


class Recall(Generic[T]):
    """Remembers the last `most` things that were read. While the database is there, it is always asked."""

    def __init__(self, most: int = 5_000) -> None:
        self._known: OrderedDict[str, T] = OrderedDict()
        self._most = most
        self._away_until = 0.0

    async def __call__(self, key: str, read: Callable[[str], Awaitable[T | None]]) -> T | None:
        """Return what `read` returns, or what it returned last. Raises DatabaseUnavailable for what is unknown."""
        known = self._known.get(key)
        if known is None or time.monotonic() >= self._away_until:
            try:
                return self._remember(key, await read(key))
            except DatabaseUnavailable:
                self._away_until = time.monotonic() + REST_S
                if known is None:
                    raise
        RECALLED.inc()
        return known

    def _remember(self, key: str, found: T | None) -> T | None:
        self._known.pop(key, None)
        if found is not None:
            self._known[key] = found
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return found
