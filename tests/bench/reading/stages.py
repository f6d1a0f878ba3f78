"""Where the CPU time of reading goes, stage by stage, beside pdfium's bare text extraction in the same process.

python tests/bench/reading/stages.py MANUAL.pdf…
A stage is charged what it spends itself, without the stages that it calls. The best of some rounds is printed, in
seconds and as a multiple of the bare extraction; the last stage is the parent's, the database is not in it.
"""

import functools
import gc
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hsc_ingest.adapters.parsing import frames, language, pdfium, read
from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.domain import reading

sys.path.insert(0, str(Path(__file__).parent))
from speed import floor  # type: ignore[import-not-found]

ROUNDS = 3
STAGES: tuple[tuple[Any, str, str], ...] = (
    (pdfium, "runs_of", "style and boxes of runs"),
    (pdfium.Pdf, "_layout", "fragments, what is painted"),
    (pdfium.Pdf, "outline", "outline"),
    (reading, "strip_furniture", "running heads"),
    (reading, "reading_order", "columns"),
    (reading, "find_sections", "sections"),
    (reading, "build_blocks", "tables, lists, paragraphs"),
    (reading, "pack", "passages"),
    (read, "_with_languages", "languages"),
)


class Watch:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    def _charge(self) -> None:
        now = time.process_time()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._charge()
        self._open.append(name)
        try:
            yield
        finally:
            self._charge()
            self._open.pop()

    def timed(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*arguments: Any) -> Any:
            with self.stage(name):
                return function(*arguments)

        return call


def measure(watch: Watch, data: bytes) -> dict[str, float]:
    """The stages of one round."""
    watch.spent.clear()
    with watch.stage("pages and their text"):
        manual = read.read(data, lambda done, of: None, Limits())
    with watch.stage("frames, sent"):
        sent = list(frames.manual_frames(manual))
    with watch.stage("frames, received"):
        arrived: list[bytes] = []
        for frame in sent[:-1]:
            arrived += frames.passages_of(frame[frames.HEADER.size :], len(arrived))
    return dict(watch.spent)


def main(paths: list[Path]) -> None:
    watch = Watch()
    for owner, name, stage in STAGES:
        setattr(owner, name, watch.timed(getattr(owner, name), stage))
    language.warm()
    gc.disable()  # as the child does
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # on one core all of the work is this process's
    for path in paths:
        data = path.read_bytes()
        rounds = [(floor(data), measure(watch, data)) for _ in range(ROUNDS)]
        bare, spent = min(rounds, key=lambda one: sum(one[1].values()) / one[0])
        whole = sum(spent.values())
        print(f"{path.name}: bare text {bare:.3f} s, to passages as they are kept {whole:.3f} s, {whole / bare:.2f} ×")
        for stage, seconds in sorted(spent.items(), key=lambda one: -one[1]):
            print(f"  {stage:28} {seconds:7.3f} s {seconds / bare:6.2f} × {seconds / whole:6.1%}")


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:]])
