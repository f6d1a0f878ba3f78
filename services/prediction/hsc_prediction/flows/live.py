"""The index in use: swapped whole, never changed, so that a prediction sees one state of the catalogue."""

import asyncio
import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hsc_prediction import metrics
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.domain.product import Prediction

# Predictions a view remembers: people ask the same things, and type them letter by letter. Some 20 MB when full.
REMEMBERED = 2_048
# Longer lists are rare and take more memory.
REMEMBERED_LIMIT = 10


@dataclass(frozen=True)
class View:
    """One state: the index, the catalogue's revision it holds, the prior for its rows, and what it predicted lately."""

    index: Index
    revision: int
    prior: Prior
    _seen: dict[tuple[str, int], Prediction] = field(default_factory=dict, init=False, repr=False, compare=False)

    def predict(self, text: str, limit: int) -> Prediction:
        """A prediction, remembered while this view is in use; of those remembered the oldest makes room."""
        if limit > REMEMBERED_LIMIT:
            return predict(self.index, text, limit, self.prior)
        key = (text, limit)
        prediction = self._seen.get(key)
        if prediction is None:
            prediction = predict(self.index, text, limit, self.prior)
            if len(self._seen) >= REMEMBERED:
                del self._seen[next(iter(self._seen))]
            self._seen[key] = prediction
        return prediction


@dataclass
class Live:
    """Holds the view in use; None until the first catalogue, or the last one kept, has come."""

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
        """Use other popularity figures from now on: decayed questions by product."""
        self._asked = asked
        while (view := self.view) is not None:
            prior = await asyncio.to_thread(Prior.of, view.index, asked)
            if self.view is view:
                self.view = replace(view, prior=prior)
                metrics.POPULAR.set(len(prior.hot))
                return

    def predict(self, text: str, limit: int, kind: str, arrived: float | None = None) -> tuple[Prediction, int]:
        """A prediction from the view in use, and how many microseconds it took; LookupError before there is a view.

        What its asker waits for began when the text `arrived` (`time.perf_counter`), where that was before now.
        """
        if self.view is None:
            raise LookupError
        began = time.perf_counter()
        prediction = self.view.predict(text, limit)
        ended = time.perf_counter()
        metrics.LATENCY.observe(ended - (began if arrived is None else arrived))
        metrics.SEARCHED[kind].inc()
        return prediction, round((ended - began) * 1e6)
