"""The index: one large segment, one small one with what changed since, and which products of the large one still stand.

Immutable: a change makes a new index that shares the large segment, so that readers never see half a change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.product import Product
from hsc_prediction.domain.segment import Segment

# A change beyond this many products is cheaper as a new large segment.
COMPACT_AT = 2_000
# So many products are built anew in some .2 s of a thread; two segments cost every prediction more than one.
SMALL = 20_000
K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V]):
    """What was found out before; when it is full it begins anew."""

    def __init__(self, most: int) -> None:
        self._most = most

    def make_room(self, count: int = 1) -> None:
        """Forget everything where so many more would be too many."""
        if len(self) + count > self._most:
            self.clear()

    def keep(self, key: K, value: V) -> V:
        """Remember and return a value."""
        self.make_room()
        self[key] = value
        return value


class Range(NamedTuple):
    """The keys that begin with some letters, and the evidence of finding them, in nats."""

    bounds: tuple[tuple[int, int], ...]  # one per segment
    size: int
    evidence: float


@dataclass(frozen=True, slots=True)
class Remembered:
    """What depends on nothing but a few letters and the index: at every key all words but the last were there before.

    Some 8 MB when full.
    """

    ranges: Memo[tuple[int, int], Range | None] = field(default_factory=lambda: Memo(16_384))
    whole: Memo[tuple[int, int], bool] = field(default_factory=lambda: Memo(4_096))
    slips: Memo[tuple[int, ...], list[tuple[int, int, float]]] = field(default_factory=lambda: Memo(1_024))
    others: Memo[tuple[str, bool, bool, bool], list[tuple[int, int, float]]] = field(
        default_factory=lambda: Memo(4_096)
    )
    pieces: Memo[tuple[int, ...], list[tuple[int, ...]]] = field(default_factory=lambda: Memo(1_024))
    products: Memo[int, Product] = field(default_factory=lambda: Memo(4_096))


@dataclass(frozen=True)
class Index:
    """All products; build with `Index.build`, change with `with_changes`."""

    base: Segment
    delta: Segment
    alive: NDArray[np.bool_] | None  # rows of base that still stand; None: all of them
    count: int

    @staticmethod
    def build(products: Iterable[Product]) -> "Index":
        """Index products; of two with the same id the later one counts."""
        base = Segment.build(products)
        return Index(base, Segment.build(()), None, base.products)

    def with_changes(self, upserts: Iterable[Product], removed: Iterable[str]) -> "Index":
        """An index with these products added or replaced and those removed; costs milliseconds for a few."""
        changed = {p.product_id: p for p in upserts}
        gone = set(removed) | changed.keys()
        kept = [p for p in map(self.delta.product, range(self.delta.products)) if p.product_id not in gone]
        delta = Segment.build([*kept, *changed.values()])
        dead = [row for row in map(self.base.row_of.get, gone) if row is not None]
        alive = self.alive
        if dead:
            alive = np.ones(self.base.products, bool) if alive is None else alive.copy()
            alive[dead] = False
        standing = self.base.products if alive is None else int(np.count_nonzero(alive))
        changed_index = replace(self, delta=delta, alive=alive, count=standing + delta.products)
        return changed_index.compacted() if delta.products > COMPACT_AT else changed_index

    def warmed(self) -> "Index":
        """The same, with what is made at first use made now: off the way of a keystroke."""
        for segment, _ in self.segments:
            _ = segment.sounds, segment.handicap
        return self

    @property
    def worth_compacting(self) -> bool:
        """Whether changes stand beside a catalogue small enough to be built anew for them."""
        return (self.delta.products > 0 or self.alive is not None) and self.count <= SMALL

    def compacted(self) -> "Index":
        """The same products in one segment."""
        return Index.build(self.products())

    def products(self) -> Iterable[Product]:
        """All products."""
        for row in range(self.base.products):
            if self.alive is None or self.alive[row]:
                yield self.base.product(row)
        yield from map(self.delta.product, range(self.delta.products))

    def product(self, row: int) -> Product:
        """The product of a row; rows of the small segment follow those of the large one."""
        known = self.remembered.products
        if (product := known.get(row)) is None:
            large = self.base.products
            product = known.keep(row, self.base.product(row) if row < large else self.delta.product(row - large))
        return product

    def row_of(self, product_id: str) -> int | None:
        """The row of a product."""
        row = self.delta.row_of.get(product_id)
        if row is not None:
            return self.base.products + row
        row = self.base.row_of.get(product_id)
        return row if row is not None and (self.alive is None or self.alive[row]) else None

    @cached_property
    def remembered(self) -> Remembered:
        """What was found out about words typed before."""
        return Remembered()

    @cached_property
    def brands(self) -> frozenset[int]:
        """Keys of the words that name a brand."""
        return frozenset().union(*(segment.brands for segment, _ in self.segments))

    @cached_property
    def segments(self) -> tuple[tuple[Segment, int], ...]:
        """The segments that hold anything, each with the row its products start at."""
        both = ((self.base, 0), (self.delta, self.base.products))
        return tuple(pair for pair in both if len(pair[0].key))
