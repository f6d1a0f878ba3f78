"""What keeping answers is worth: PYTHONPATH=tests/bench:tests python -m answering.cache

30,000 questions, of 10,000 that are asked as often as Zipf's law with exponent 1.1 has it, each composed as the service
does it (extractive, over a real manual and a real cache Redis) or found. An endless exact cache would hit in 86 of 100.
"""

import asyncio
import itertools
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from hsc_answer.adapters.answers import CachedAnswers
from hsc_answer.config import Settings
from hsc_answer.domain import analyse
from hsc_answer.domain.events import CitedManual, Done
from hsc_answer.domain.ranking import ManualIndex
from hsc_answer.flows.compose import Compose
from hsc_answer.flows.ports import Product, Progress, Question
from hsc_answer.flows.writing import Writing
from hsc_redis.cache import TwoLevelCache
from hsc_redis.client import connect
from support.valkey import running

from . import sets

ASKED, DISTINCT, EXPONENT = 30_000, 10_000, 1.1
TEMPLATES = ("how do i {} the {}", "what is the {} of the {}", "where do i find {} {}", "why does the {} not {}")


class OneManual:
    """One manual that is ready, its index, and nobody's conversation."""

    def __init__(self, index: ManualIndex) -> None:
        self._index = index

    async def ready(self, product_id: str, language: str, *, for_question: bool) -> Sequence[CitedManual]:
        return [CitedManual("m", "0" * 64, 1, "A manual")]

    async def bring(self, product_id: str, language: str) -> AsyncIterator[Progress]:
        yield Progress("READY")

    async def passages(self, manual_id: str) -> Any:
        return self._index.passages

    async def index(self, manuals: Sequence[CitedManual]) -> ManualIndex:
        return self._index

    async def asked(self, product_id: str, *, manual_was_ready: bool) -> None:
        """Nobody is told."""


async def main() -> None:
    manual: Any = OneManual(sets.index_of("vireo-61-reference.pdf"))
    words = sorted({t.text for p in await manual.passages("m") for t in analyse.content(p.text) if len(t.text) > 4})
    questions = [t.format(*pair) for pair, t in zip(itertools.permutations(words, 2), itertools.cycle(TEMPLATES))]
    chosen = np.random.default_rng(7)
    chosen.shuffle(questions)
    share = 1 / np.arange(1, DISTINCT + 1) ** EXPONENT
    load = chosen.choice(DISTINCT, ASKED, p=share / share.sum())
    with running("--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru") as server:
        async with connect(server.url) as redis:
            defaults = {name: field.default for name, field in Settings.model_fields.items()}
            cache = TwoLevelCache(
                "answers", redis, max_bytes=defaults["answer_cache_bytes"], ttl_s=defaults["answer_ttl_s"]
            )
            compose = Compose(manual, manual, SimpleNamespace(), CachedAnswers(cache), manual, Writing(), 60)  # type: ignore[arg-type]
            product = Product("p", "", "", None)
            times: dict[bool, list[float]] = {True: [], False: []}
            cpu: dict[bool, list[float]] = {True: [], False: []}
            for number in load:
                began, worked = time.perf_counter(), time.process_time()
                async for event in compose(Question("p", questions[number]), product):
                    if isinstance(event, Done):
                        times[event.cached].append(time.perf_counter() - began)
                        cpu[event.cached].append(time.process_time() - worked)
    found, written = (statistics.median(times[cached]) * 1000 for cached in (True, False))
    each = {cached: statistics.fmean(cpu[cached]) for cached in (True, False)}
    mixed = statistics.fmean(cpu[True] + cpu[False])
    endless = 1 - len(set(load.tolist())) / ASKED
    print(f"{'questions, of which different':<40}{ASKED:>8} {len(set(load.tolist()))}")
    print(
        f"{'found (goal ≥ 85 %)':<40}{100 * len(times[True]) / ASKED:>8.1f} %  (an endless cache {100 * endless:.1f} %)"
    )
    print(f"{'found, median':<40}{found:>8.2f} ms")
    print(f"{'written, median':<40}{written:>8.2f} ms, {written / found:.1f} times as long (goal 6)")
    for what, seconds in (("written", each[False]), ("found", each[True]), ("as they come", mixed)):
        print(
            f"{f'answers a second on one core, {what}':<46}{1 / seconds:>8,.0f}  ({1e3 * seconds:.2f} ms of CPU each)"
        )


if __name__ == "__main__":
    asyncio.run(main())
