"""The index in use: swapped whole, never changed, so that a prediction sees one state of the catalogue."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hsc_prediction import metrics
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.domain.product import Prediction


@dataclass(frozen=True)
class View:
    """One state: the index, the catalogue's revision it holds, and the prior for its rows."""

    index: Index
    revision: int
    prior: Prior


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

    def predict(self, text: str, limit: int, kind: str) -> tuple[Prediction, int]:
        """A prediction from the view in use, and how many microseconds it took; LookupError before there is a view."""
        if self.view is None:
            raise LookupError
        began = time.perf_counter()
        prediction = predict(self.view.index, text, limit, self.view.prior)
        took = time.perf_counter() - began
        metrics.LATENCY.observe(took)
        metrics.SEARCHED.labels(kind).inc()
        return prediction, round(took * 1e6)
