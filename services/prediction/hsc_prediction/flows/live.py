"""The index in use: swapped whole, never changed, so that a prediction sees one state of the catalogue."""

import asyncio
import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from hsc_prediction import metrics
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.domain.product import Candidate, Prediction

# How many candidates are wanted where nobody says.
LIMIT = 5
# Answers a view remembers: people ask the same things, and type them letter by letter. Some 25 MB when full.
REMEMBERED = 16_384
# Longer lists and texts are rare and take more memory.
REMEMBERED_LIMIT, REMEMBERED_TEXT = 10, 128


class Answer(NamedTuple):
    """A prediction as it is sent, and its first candidate. Bytes: what is remembered costs no collection of garbage."""

    encoded: bytes
    best: Candidate | None


Encode = Callable[[Prediction], bytes]


@dataclass(frozen=True)
class View:
    """One state: the index, the catalogue's revision it holds, the prior for its rows, and what it answered lately."""

    index: Index
    revision: int
    prior: Prior
    _seen: OrderedDict[tuple[str, int], Answer] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )

    def remembered(self, text: str, limit: int) -> Answer | None:
        """What was answered before, while this view is in use."""
        answer = self._seen.get(key := (text, limit))
        if answer is not None:
            self._seen.move_to_end(key)
        return answer

    def predicted(self, text: str, limit: int, encode: Encode) -> Answer:
        """A new answer, remembered; what was not asked for the longest makes room."""
        prediction = predict(self.index, text, limit, self.prior)
        answer = Answer(encode(prediction), prediction.candidates[0] if prediction.candidates else None)
        if limit <= REMEMBERED_LIMIT and len(text) <= REMEMBERED_TEXT:
            self._seen[text, limit] = answer
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return answer


@dataclass
class Live:
    """Holds the view in use; None until the first catalogue, or the last one kept, has come."""

    encode: Encode
    view: View | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: Mapping[str, float] = field(default_factory=dict)

    async def swap(self, index: Index, revision: int) -> None:
        """Use another index from now on; its prior is made off the event loop."""
        prior = await asyncio.to_thread(Prior.of, index, self._asked)
        self.view = View(index, revision, prior)
        metrics.REVISION.set(revision)
        metrics.PRODUCTS.set(index.count)
        if not self.ready.is_set():
            # Most products of the first catalogue stay; to walk half a million holds every key up for .1 to .3 s.
            gc.freeze()
            self.ready.set()

    async def weigh(self, asked: Mapping[str, float]) -> None:
        """Use other popularity figures from now on: decayed questions by product.

        All decay alike, and only shares count: while nobody asks, what was answered stays remembered.
        """
        before, self._asked = self._asked, asked
        if await asyncio.to_thread(lambda: _shares(asked) == _shares(before)):
            return
        while (view := self.view) is not None:
            prior = await asyncio.to_thread(Prior.of, view.index, asked)
            if self.view is view:
                self.view = replace(view, prior=prior)
                metrics.POPULAR.set(len(prior.hot))
                return

    def predict(self, text: str, limit: int, kind: str, arrived: float | None = None) -> tuple[Answer, int]:
        """An answer from the view in use, and how many microseconds it took; LookupError before there is a view.

        `limit` 0 is the usual one. What its asker waits for began when the text `arrived` (`time.perf_counter`), where
        that was before now.
        """
        if (view := self.view) is None:
            raise LookupError
        began = time.perf_counter()
        limit = limit or LIMIT
        if (answer := view.remembered(text, limit)) is not None:
            metrics.REMEMBERED[kind].inc()
        else:
            answer = view.predicted(text, limit, self.encode)
            metrics.COMPUTED[kind].inc()
        ended = time.perf_counter()
        metrics.LATENCY.observe(ended - (began if arrived is None else arrived))
        return answer, round((ended - began) * 1e6)


def _shares(asked: Mapping[str, float]) -> dict[str, float]:
    total = sum(asked.values())
    return {product_id: round(times / total, 9) for product_id, times in asked.items()} if total else {}
