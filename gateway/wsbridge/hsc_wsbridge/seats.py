"""Admission: how many sockets one holder (an address, a user) and all of them together may have open."""

from collections import Counter


class Seats:
    """Counts what is taken. Single-threaded, like the event loop that asks."""

    def __init__(self, total: int, per_holder: int) -> None:
        self.taken = 0
        self._total = total
        self._per_holder = per_holder
        self._by_holder: Counter[str] = Counter()

    def take(self, holder: str) -> bool:
        """True, and a seat is taken until `leave`; False where the holder or the house is full."""
        if self.taken >= self._total or self._by_holder[holder] >= self._per_holder:
            return False
        self.taken += 1
        self._by_holder[holder] += 1
        return True

    def leave(self, holder: str) -> None:
        self.taken -= 1
        self._by_holder[holder] -= 1
        if not self._by_holder[holder]:
            del self._by_holder[holder]
