"""Questions with what a right answer holds, and how well a system finds and says it.

A question file is a JSON list of {product_id, question} with any of: `language`; `answerable` (true); `key_fact`, words
that the right passage and answer hold to the letter; `section`, the title of the right section, or its path; `answer`,
to compare by ROUGE-L. What is absent is not scored.
"""

import re
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import snowballstemmer  # type: ignore[import-untyped]
from hsc.answer.v1 import answer_pb2
from hsc.ingest.v1 import ingest_pb2

from hsc_cli.answers import answer_events
from hsc_cli.client import ANSWER_S, QUICK_S, Client

FAR = 50
EARLY_WORDS = 25
LONGEST_QUERY = 512
# ROUGE compares sentences; of shorter answers it tells nothing.
FEWEST_WORDS = 9
PAGE = 200
_WORD = re.compile(r"[^\W_]+")
_STEMMER = snowballstemmer.stemmer("porter")

Question = dict[str, Any]


@dataclass(frozen=True)
class Scored:
    """How one question went. None is what its file does not let one say; `rank` 0 is not found."""

    question: Question
    outcome: str
    rank: int | None = None
    right: bool | None = None
    early: bool | None = None
    rouge: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it for a program."""
        told = {"rank": self.rank, "right": self.right, "early": self.early, "rouge_l": self.rouge}
        return {"question": self.question["question"], "product_id": self.question["product_id"]} | {
            "outcome": self.outcome,
            **{name: value for name, value in told.items() if value is not None},
        }


async def collect(client: Client) -> AsyncIterator[Question]:
    """Yield the rated answers as questions, newest first: what was found helpful says what a right answer holds.

    Of what was not helpful only the question is known to be good: its key fact is for a person to fill in.
    """
    token = ""
    while True:
        request = answer_pb2.ListRatedAnswersRequest(page_size=PAGE, page_token=token)
        page = await client.answer.ListRatedAnswers(request, timeout=QUICK_S, metadata=client.as_admin())
        for answer in page.answers:
            yield _from_rated(answer)
        token = page.next_page_token
        if not token:
            return


def _from_rated(answer: answer_pb2.Answer) -> Question:
    question: Question = {"product_id": answer.product_id, "question": answer.question}
    if answer.language:
        question["language"] = answer.language
    helpful = answer.verdict == answer_pb2.VERDICT_HELPFUL
    question["rated"] = "helpful" if helpful else "not_helpful"
    if answer.verdict_reason:
        question["reason"] = answer.verdict_reason
    if helpful and answer.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED:
        question["answer"] = _text(chunk.text for chunk in answer.chunks)
        for cited in answer.citations[:1]:
            question |= {"key_fact": cited.quote, "section": list(cited.section_path)}
    elif helpful:
        question["answerable"] = False
    return question


def read(value: Any, product_id: str) -> list[Question]:
    """Return the questions of a file; those without a product get `product_id`. Raises ValueError."""
    if not isinstance(value, list):
        raise ValueError("a question file is a JSON list")
    questions = []
    for number, entry in enumerate(value, 1):
        question = {"product_id": product_id, **entry} if isinstance(entry, dict) else {}
        if not all(isinstance(question.get(name), str) and question[name] for name in ("product_id", "question")):
            raise ValueError(f"question {number} lacks its text, or a product (--product gives one to all)")
        questions.append(question)
    return questions


async def score(client: Client, question: Question) -> Scored:
    """Ask a question, search for it, and compare both with what its file says. Raises the calls' failures."""
    rank = await _rank(client, question)
    request = answer_pb2.AskRequest(
        product_id=question["product_id"],
        question=question["question"],
        language=question.get("language", ""),
        request_id=uuid.uuid4().hex,
    )
    pieces, outcome = [], ""
    async for event in answer_events(client, request):
        pieces.append(event.chunk.text)
        if event.HasField("done"):
            outcome = answer_pb2.AnswerOutcome.Name(event.done.outcome).removeprefix("ANSWER_OUTCOME_").lower()
    text = _text(pieces)
    if not question.get("answerable", True):
        return Scored(question, outcome, right=outcome == "not_in_manual")
    right = early = None
    if fact := question.get("key_fact"):
        at = text.casefold().find(_text([fact]).casefold())
        right, early = at >= 0, at >= 0 and len(text[:at].split()) < EARLY_WORDS
    reference = question.get("answer", "")
    compared = len(_WORD.findall(reference)) >= FEWEST_WORDS
    return Scored(question, outcome, rank, right, early, rouge_l(reference, text) if compared else None)


async def _rank(client: Client, question: Question) -> int | None:
    """Return at which place the right section is found, from 1, 0 for nowhere; None where nothing says which it is."""
    fact, section = question.get("key_fact"), question.get("section")
    if not (fact or section) or not question.get("answerable", True):
        return None
    request = answer_pb2.SearchManualRequest(
        product_id=question["product_id"], query=question["question"][:LONGEST_QUERY], limit=FAR
    )
    found = await client.answer.SearchManual(request, timeout=ANSWER_S)
    if fact:
        right = {tuple(p.section_path) for p in found.passages if _text([fact]).casefold() in _folded(p)}
    else:
        path = (section,) if isinstance(section, str) else tuple(section or ())
        right = {tuple(p.section_path) for p in found.passages if tuple(p.section_path[-len(path) :]) == path}
    sections = dict.fromkeys(tuple(p.section_path) for p in found.passages)
    return next((place for place, path in enumerate(sections, 1) if path in right), 0)


def _folded(passage: ingest_pb2.Passage) -> str:
    return _text([passage.text]).casefold()


def _text(pieces: Iterable[str]) -> str:
    return " ".join(" ".join(pieces).split())


def summary(scored: Sequence[Scored]) -> list[tuple[str, str, int]]:
    """Return the scores as (name, figure, of how many questions); those of nothing are left out."""
    ranks = [s.rank for s in scored if s.rank is not None]
    asked = [s for s in scored if s.question.get("answerable", True)]
    rows: list[tuple[str, Sequence[float]]] = [
        *((f"HIT@{k}", [100.0 * (0 < rank <= k) for rank in ranks]) for k in (1, 3, 5)),
        ("MRR", [100.0 / rank if rank else 0.0 for rank in ranks]),
        ("right", [100.0 * s.right for s in asked if s.right is not None]),
        (f"right within {EARLY_WORDS} words", [100.0 * s.early for s in asked if s.early is not None]),
        ("silent without reason", [100.0 * (s.outcome != "answered") for s in asked]),
        ("rightly silent", [100.0 * bool(s.right) for s in scored if not s.question.get("answerable", True)]),
        ("ROUGE-L F1", [100.0 * s.rouge for s in asked if s.rouge is not None]),
    ]
    return [(name, f"{sum(values) / len(values):.1f}", len(values)) for name, values in rows if values]


def rouge_l(reference: str, said: str) -> float:
    """Return the F1 of the longest common subsequence of stemmed words (Lin, "ROUGE", 2004), 0–1."""
    a, b = _stems(reference), _stems(said)
    row = [0] * (len(b) + 1)
    for x in a:
        before = 0  # of the row above, one to the left
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], before + 1 if x == y else max(row[j], row[j - 1])
    return 2 * row[-1] / (len(a) + len(b)) if row[-1] else 0.0


def _stems(text: str) -> list[str]:
    words: list[str] = _STEMMER.stemWords(_WORD.findall(text.casefold()))
    return words
