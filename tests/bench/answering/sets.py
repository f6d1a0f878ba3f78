"""The manuals and question sets that answering is measured on, read by the real reader.

Shared manuals are found through HSC_SHARED_DATA (default: ../shared/data beside the checkout); the sample manuals are
built. A set's questions are {document, question, key_fact, split}: `key_fact` stands to the letter in the right
section; `split` tune is what one looks at while tuning, held what one does not.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from hsc_answer.domain.passage import Box, Passage, fold
from hsc_answer.domain.ranking import ManualIndex
from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.adapters.parsing.read import read
from hsc_samples.build import build

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("HSC_SHARED_DATA", ROOT.parent / "shared" / "data"))
S10 = SHARED / "emanual-s10"

Question = dict[str, Any]


def passages_of(path: Path) -> list[Passage]:
    """A manual's passages, as the answer service gets them."""
    manual = read(path.read_bytes(), lambda _done, _of: None, Limits())
    return [
        Passage(
            p.ordinal,
            p.page_start,
            p.page_end,
            p.section_path,
            p.text,
            tuple(Box(*box) for box in p.boxes),
            p.language,
            p.anchor,
            path.stem,
        )
        for p in manual.passages
    ]


@cache
def samples() -> Path:
    """The folder of the built sample manuals."""
    folder = Path(tempfile.gettempdir()) / f"hsc-samples-{os.getuid()}"
    build(folder, "http://localhost")
    return folder / "manuals"


@cache
def index_of(document: str) -> ManualIndex:
    """The index of a manual by its file name; FileNotFoundError where it is not there."""
    for folder in (samples(), SHARED / "manuals", S10):
        if (folder / document).exists():
            return ManualIndex.build(passages_of(folder / document))
    raise FileNotFoundError(document)


def questions(name: str) -> list[Question]:
    """A set of `questions/` by its name, all written here, or `samples` (the English ones of the sample manuals)."""
    if name != "samples":
        return _load(Path(__file__).parent / "questions" / f"{name}.json")
    every = [q for q in samples_questions() if q["language"] == "en"]
    return [{**q, "split": "held" if number % 2 else "tune"} for number, q in enumerate(every)]


def samples_questions() -> list[Question]:
    """The questions that were written with the sample manuals, in all languages."""
    return _load(ROOT / "compose" / "samples" / "questions.json")


def s10_questions() -> list[Question]:
    """The 50 annotated questions of the S10 manual: {question, answer, section, section_id, lenient}."""
    return _load(S10 / "questions.json")


def answerable(name: str) -> Iterator[tuple[Question, ManualIndex, set[tuple[str, ...]]]]:
    """Each answerable question of a set whose manual is here, its index, and the paths of the right sections."""
    for question in questions(name):
        if not question.get("answerable", True):
            continue
        try:
            index = index_of(question["document"])
        except FileNotFoundError:
            continue
        fact = fold(question["key_fact"]).casefold()
        right = {p.section_path for p in index.passages if fact in fold(p.text).casefold()}
        if right:
            yield question, index, right


def _load(path: Path) -> list[Question]:
    loaded: list[Question] = json.loads(path.read_text("utf-8"))
    return loaded
