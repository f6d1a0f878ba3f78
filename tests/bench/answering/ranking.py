"""Ranking and answers beside their goals: PYTHONPATH=tests/bench python -m answering.ranking [--misses]

S10 is scored by section as annotated; the other sets by the sections that hold the key fact. `fact` is the share of
extracts that hold it, `≤ 25` that have it begin within their first 25 words. `--misses` names the failures of the
tune halves only. `reference` was written to tune on; `unseen` and `unseen_ups` before their manuals were ever asked,
and are not tuned on. Beside the other manuals they need files of Debian packages: wsjtx.html (wsjtx-doc 2.6.1, its
pictures left out), openocd.pdf (openocd 0.12.0), apcupsd.html (apcupsd-doc 3.14.14, manual/manual.html).
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

from hsc_answer.domain import extract
from hsc_answer.domain.passage import fold
from hsc_answer.domain.ranking import ManualIndex
from hsc_cli.evaluation import rouge_l

from . import sets
from .engine import HITS

SETS = (
    *product(("technical", "hebrew", "samples"), ("tune", "held")),
    ("reference", "tune"),
    ("unseen", "unseen"),
    ("unseen_ups", "unseen"),
)
COMPARED_WORDS = 9  # of an answer that is compared: of shorter ones ROUGE tells nothing
FAR = 50
ABSENT = 10**9


def main() -> None:
    print(f"{'set':<22}{'n':>4}{'HIT@1':>8}{'HIT@3':>8}{'HIT@5':>8}{'MRR':>8}{'fact':>8}{'≤ 25':>8}")
    if sets.S10.exists():
        _row("S10 (by title)", s10_ranks(), [])
        print(f"{'  goal':<26}{'88':>8}{'96':>8}{'98':>8}{'91':>8}{'':>8}{'80':>8}")
        print(f"  ROUGE-L F1 of the extract {s10_rouge():.3f} (goal .70)")
    for name, split in SETS:
        chosen = [c for c in sets.answerable(name) if c[0]["split"] == split]
        if not chosen:
            continue
        ranks = [_rank(question["question"], index, right) for question, index, right in chosen]
        places = [_fact_at(question["question"], question["key_fact"], index) for question, index, _ in chosen]
        _row(f"{name}, {split}" if split != "unseen" else name, ranks, places)
        if "--misses" in sys.argv and split == "tune":
            for (question, _, _), rank, place in zip(chosen, ranks, places, strict=True):
                if rank > 1 or place is None or place >= 25:
                    print("   ", rank if rank < ABSENT else "–", place, question["document"], question["question"])
    _speed()


def s10_ranks() -> list[int]:
    """The place of the right section for each question of S10."""
    index = sets.index_of("manual.html")
    return [_rank(q["question"], index, {tuple(q["section"][-1:])}, leaf=True) for q in sets.s10_questions()]


def s10_rouge() -> float:
    """How like the annotated answers the extracts are."""
    index = sets.index_of("manual.html")
    whole = [q for q in sets.s10_questions() if len(q["answer"].split()) >= COMPARED_WORDS]
    return statistics.fmean(rouge_l(q["answer"], _answer(q["question"], index).text) for q in whole)


def within(ranks: Sequence[int], places: int) -> float:
    """The share of questions whose right section is among the first."""
    return sum(rank <= places for rank in ranks) / len(ranks)


def _rank(question: str, index: ManualIndex, right: set[tuple[str, ...]], leaf: bool = False) -> int:
    paths = [hit.passage.section_path[-1:] if leaf else hit.passage.section_path for hit in index.search(question, FAR)]
    return next((n for n, path in enumerate(dict.fromkeys(paths), 1) if path in right), ABSENT)


def _fact_at(question: str, fact: str, index: ManualIndex) -> int | None:
    """How many words of the extract come before the key fact; None where it does not hold it."""
    text = _answer(question, index).text.casefold()
    at = text.find(fold(fact).casefold())
    return len(text[:at].split()) if at >= 0 else None


def _answer(question: str, index: ManualIndex) -> extract.Extract:
    return extract.write(question, index.search(question, HITS), index)


def _row(name: str, ranks: Sequence[int], places: Sequence[int | None]) -> None:
    def share(chosen: Sequence[bool]) -> str:
        return f"{100 * sum(chosen) / len(chosen):8.1f}" if chosen else f"{'':>8}"

    hits = "".join(share([rank <= k for rank in ranks]) for k in (1, 3, 5))
    mrr = f"{100 * sum(1 / rank for rank in ranks) / max(1, len(ranks)):8.1f}"
    facts = share([p is not None for p in places]) + share([p is not None and p < 25 for p in places])
    print(f"{name:<22}{len(ranks):>4}{hits}{mrr}{facts}")


def _speed() -> None:
    """Build and query on the longest manual that is here."""
    for document in ("gnuplot.pdf", "vireo-61-reference.pdf"):
        try:
            passages = sets.index_of(document).passages
        except FileNotFoundError:
            continue
        builds = [_timed(partial(ManualIndex.build, passages)) for _ in range(5)]
        index = ManualIndex.build(passages)
        asked = [q["question"] for name in ("technical", "hebrew", "samples") for q in sets.questions(name)]
        searches = [_timed(partial(index.search, q, HITS)) for q in asked]
        writes = [_timed(partial(_answer, q, index)) for q in asked]
        print(f"{document}: {max(p.page_end for p in passages)} pages, index {index.nbytes / 1e6:.1f} MB")
        print(
            f"  build {min(builds):.0f} ms (goal 300), query p50 {statistics.median(searches):.2f} ms (goal 5)", end=""
        )
        print(f", query and extract p50 {statistics.median(writes):.2f} ms")
        return


def _timed(work: Callable[[], object]) -> float:
    # Of this process alone: the machine may be busy.
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e3


if __name__ == "__main__":
    main()
