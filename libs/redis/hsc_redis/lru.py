"""A least-recently-used map of bytes, bounded by its weight."""

from collections import OrderedDict

# What an entry weighs beside its key and value: the map's slot and two objects' headers.
OVERHEAD = 200


class BoundedLru:
    """Keeps at most `max_bytes`; each value until its time (monotonic seconds)."""

    def __init__(self, max_bytes: int) -> None:
        self._entries: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._max_bytes = max_bytes
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str, now: float) -> bytes | None:
        """Return the value, unless its time is over."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        value, until = entry
        if until <= now:
            self.remove(key)
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: str, value: bytes, until: float) -> int:
        """Keep the value and return how many others had to go; one that outweighs the whole map is not kept."""
        self.remove(key)
        if _weight(key, value) > self._max_bytes:
            return 0
        self._entries[key] = (value, until)
        self.bytes += _weight(key, value)
        evicted = 0
        while self.bytes > self._max_bytes:
            oldest, (old, _) = self._entries.popitem(last=False)
            self.bytes -= _weight(oldest, old)
            evicted += 1
        return evicted

    def remove(self, key: str) -> None:
        """Forget the key."""
        if (entry := self._entries.pop(key, None)) is not None:
            self.bytes -= _weight(key, entry[0])


def _weight(key: str, value: bytes) -> int:
    # Python keeps a string in up to four bytes a character.
    return 4 * len(key) + len(value) + OVERHEAD
