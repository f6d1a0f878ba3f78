"""The index: one large segment, one small one with what changed since, and which products of the large one still stand.

Immutable: a change makes a new index that shares the large segment, so that readers never see half a change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.product import Product
from hsc_prediction.domain.segment import Segment

# A change beyond this many products is cheaper as a new large segment.
COMPACT_AT = 2_000


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
        return self.base.product(row) if row < self.base.products else self.delta.product(row - self.base.products)

    def row_of(self, product_id: str) -> int | None:
        """The row of a product."""
        row = self.delta.row_of.get(product_id)
        if row is not None:
            return self.base.products + row
        row = self.base.row_of.get(product_id)
        return row if row is not None and (self.alive is None or self.alive[row]) else None

    @cached_property
    def brands(self) -> frozenset[int]:
        """Keys of the words that name a brand."""
        return frozenset().union(*(segment.brands for segment, _ in self.segments))

    @cached_property
    def segments(self) -> tuple[tuple[Segment, int], ...]:
        """The segments that hold anything, each with the row its products start at."""
        both = ((self.base, 0), (self.delta, self.base.products))
        return tuple(pair for pair in both if len(pair[0].key))
