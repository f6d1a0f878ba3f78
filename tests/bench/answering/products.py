"""Questions about products, answered as people get it: PYTHONPATH=tests/bench python -m answering.products [--show]

Each question is asked of all manuals of its product together, without saying its language, and may be met by silence.
`right` holds the key fact, `in 25` has it begin within the answer's first 25 words. The sets: `samples` came with the
sample manuals; `products` are of our own: its half `held` is not looked at while tuning (`--show` leaves it out).
"""

import sys
from collections import Counter, defaultdict
from functools import cache

from hsc_answer.domain import abstain, extract, naming
from hsc_answer.domain.passage import fold
from hsc_answer.domain.ranking import ManualIndex

from . import sets
from .engine import HITS

OUTCOMES = ("right", "in 25", "wrong", "silent", "rightly silent", "answered")
NAMES = {
    "ardlen-vireo-61": "Vireo 61",
    "ardlen-tarn-16": "Tarn 16",
    "ardlen-knot-dr8": "Knot DR-8",
    "ardlen-skerry-dl3": "Skerry DL-3",
    "ardlen-fathom-2i": "Fathom 2i",
    "ardlen-cairn-8": "Cairn 8",
}


@cache
def index_of(product_id: str) -> ManualIndex:
    """The index over all manuals of a product."""
    documents = {
        q["document"] for name in ("samples", "products") for q in every(name) if q["product_id"] == product_id
    }
    return ManualIndex.build([p for d in sorted(documents) for p in sets.passages_of(sets.samples() / d)])


def every(name: str) -> list[sets.Question]:
    """A set in all its languages."""
    return sets.samples_questions() if name == "samples" else sets.questions(name)


def asked(question: sets.Question) -> str:
    """The question as it is looked for: without its product's name."""
    return naming.without(question["question"], (NAMES.get(question["product_id"], ""), "Ardlen"))


def answer(question: sets.Question) -> str:
    """The answer's text; empty where the manual is taken to be silent."""
    index, words = index_of(question["product_id"]), asked(question)
    hits = index.search(words, HITS)
    if abstain.confidence(words, hits, index) < abstain.THRESHOLD:
        return ""
    return extract.write(words, hits, index).text


def outcome(question: sets.Question) -> list[str]:
    """What the answer counts as."""
    text = answer(question).casefold()
    if not question["answerable"]:
        return ["answered" if text else "rightly silent"]
    if not text:
        return ["silent"]
    at = text.find(fold(question["key_fact"]).casefold())
    if at < 0:
        return ["wrong"]
    return ["right", "in 25"] if len(text[:at].split()) < 25 else ["right"]


def main() -> None:
    print(f"{'set':<20}" + "".join(f"{name:>16}" for name in OUTCOMES))
    for name in ("samples", "products"):
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for question in every(name):
            went = outcome(question)
            half = question.get("split", "")
            counts[f"{name} {half}"].update(went)
            counts[f"{name} {question['language']}"].update(went)
            if "--show" in sys.argv and half != "held" and went[-1] not in ("in 25", "rightly silent"):
                print(f"{went[-1]}: {question['document'][:8]} {question['question']} | {answer(question)[:150]}")
        for row, found in counts.items():
            print(f"{row:<20}" + "".join(f"{found[name]:>16}" for name in OUTCOMES))


if __name__ == "__main__":
    main()
