"""Is a corrupted sentence caught, and a true one kept? PYTHONPATH=tests/bench python -m answering.verification

True sentences are taken from the manuals, half of them reworded in ways that keep their meaning. Each is corrupted in
one way: a negation added or taken away, a number changed, a unit changed, a model's name changed for a sibling's; and,
counted apart, turned by small words: at least and at most, may and must, another place in a row, a condition left out,
"automatically" put in, two things in each other's place, a quote that begins after its "not".
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hsc_answer.domain import analyse, claims, verify
from hsc_answer.domain.passage import Passage, fold
from hsc_answer.domain.windows import sentences

from . import sets

WANTED = 1000
TURNED = 100
MANUALS = (
    ("manual.html", ("Galaxy S10",)),
    ("vireo-61-reference.pdf", ("Ardlen Vireo 61",)),
    ("tarn-16-owners.pdf", ("Ardlen Tarn 16",)),
    ("avrdude.pdf", ("AVRDUDE",)),
    ("gnuplot.pdf", ("gnuplot",)),
    ("gri.pdf", ("Gri",)),
)
_OTHER_UNIT = {
    "s": "ms", "ms": "s", "kHz": "Hz", "Hz": "kHz", "MHz": "kHz", "dB": "%", "V": "mV", "mA": "A", "A": "mA", "W": "kW",
    "kg": "g", "g": "kg", "mm": "cm", "cm": "mm", "m": "cm", "minutes": "seconds", "seconds": "minutes",
    "minute": "hour", "second": "minute", "hours": "minutes", "hour": "minute", "days": "hours", "GB": "MB", "MB": "GB",
    "bytes": "bits", "byte": "bit", "bits": "bytes", "bit": "byte", "pixels": "inches", "inches": "cm", "points": "mm",
    "°C": "°F", "%": "dB", "percent": "degrees", "BPM": "Hz", "steps": "octaves", "cm.": "mm.",
}  # fmt: skip


def _condition_last(found: re.Match[str]) -> str:
    condition = found["condition"]
    return f"{found['first'].upper()}{found['rest']} {condition[0].lower()}{condition[1:]}."


def _purpose_last(found: re.Match[str]) -> str:
    return f"{found['first'].upper()}{found['rest']} t{found['purpose'][1:]}."


_REWORDINGS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"^(?P<condition>(?:If|When) [^,]+), (?P<first>[A-Za-z])(?P<rest>[^,;:]+)\.$"), _condition_last),
    (re.compile(r"^(?P<purpose>To [^,]+), (?P<first>[A-Za-z])(?P<rest>[^,;:]+)\.$"), _purpose_last),
    (re.compile(r"^You can "), "It is possible to "),
    (re.compile(r"\bcan be used\b"), "may be used"),
    (re.compile(r"\bdo not\b"), "don't"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\bis not\b"), "isn't"),
    (re.compile(r"\bTap\b"), "Simply tap"),
    (re.compile(r"\bPress\b"), "Please press"),
    (re.compile(r"\bThis\b"), "It"),
    (re.compile(r"\bIf\b"), "When"),
    (re.compile(r"\bmust\b"), "has to"),
    (re.compile(r"^The\b"), "In short, the"),
    (re.compile(r"\bcommand\b"), "instruction"),
    (re.compile(r"\bshow\b"), "display"),
    (re.compile(r"^"), "According to the manual: "),
)
_VERB = re.compile(r"\b(is|are|can|will|must|may|has|have|was|were|does|do|should)\b(?! not|n't)")
_NOT = re.compile(r"\b(?:do |does |is |are |can|will |must |should |was |were )?(not|never|no|cannot|without)\b", re.I)


_TURNS: dict[str, tuple[tuple[str, str], ...]] = {
    "bound": (
        (r"\bat least\b", "at most"), (r"\bat most\b", "at least"), (r"\bup to (?=\d)", "at least "),
        (r"\bmore than\b", "less than"), (r"\bless than\b", "more than"), (r"\bmaximum\b", "minimum"),
        (r"\bminimum\b", "maximum"),
    ),
    "modal": (
        (r"\bmay\b", "must"), (r"\bmust\b", "may"), (r"\bshould\b", "may"), (r"\bcan\b(?! not)", "must"),
        (r"\bmight\b", "will"),
    ),
    "place": ((r"\bfirst\b", "second"), (r"\bsecond\b", "third"), (r"\btwo\b", "three"), (r"\bthree\b", "four")),
    "condition": (
        (r"^(?:If|When|Unless) [^,]+, (\w)", r"\1"), (r" (?:only if|only when|if|unless) [^,;:]+\.$", "."),
    ),
    "added": ((r"\b(is|are)\b (?=\w+ed\b)", r"\1 automatically "), (r"\b(can|will)\b", r"\1 always")),
    "swap": (
        (r"\bthe (\w{3,}) (to|from|into|before|after) the (\w{3,})(?=[.,;])", r"the \3 \2 the \1"),
        (r"^The (\w{3,}) (\w+s) the (\w{3,})(?=[.,; ])", r"The \3 \2 the \1"),
    ),
}  # fmt: skip
_CUT = re.compile(r"\b(?:[Dd]o not|[Nn]ever|[Uu]nless|must not|should not|cannot) (.+)$")


class Claim(NamedTuple):
    """A sentence, its quote and passage, the product's names, and how it was corrupted ("" where it is true)."""

    sentence: str
    quote: str
    passage: Passage
    names: tuple[str, ...]
    corruption: str


class Figures(NamedTuple):
    """How many true sentences were dropped, by reason; of how many false and turned ones of each kind were caught."""

    true: int
    dropped: Counter[str]
    false: Counter[str]
    turned: Counter[str]
    caught: Counter[str]

    @property
    def dropped_share(self) -> float:
        """Of the true sentences."""
        return self.dropped.total() / self.true

    @property
    def caught_share(self) -> float:
        """Of the false ones."""
        return sum(self.caught[kind] for kind in self.false) / self.false.total()

    @property
    def turned_share(self) -> float:
        """Of those turned by small words."""
        return sum(self.caught[kind] for kind in self.turned) / self.turned.total()


def main() -> None:
    figures = measure()
    print(f"{'true sentences':<36}{figures.true}")
    print(f"{'dropped (goal ≤ 3 %)':<36}{100 * figures.dropped_share:.1f} %", dict(figures.dropped))
    print(f"{'corrupted sentences':<36}{figures.false.total()}")
    print(f"{'caught (goal ≥ 98 %)':<36}{100 * figures.caught_share:.1f} %")
    print(f"{'turned by small words':<36}{figures.turned.total()}")
    print(f"{'caught':<36}{100 * figures.turned_share:.1f} %")
    for corruption, count in (figures.false + figures.turned).items():
        print(f"{'  ' + corruption:<36}{100 * figures.caught[corruption] / count:.1f} % of {count}")


def measure() -> Figures:
    """Check true and corrupted sentences of the manuals that are here; the same ones each time."""
    chosen = random.Random(11)
    true = list(true_claims(chosen))
    chosen.shuffle(true)
    false = list(corrupted(true, chosen))
    turned = list(turned_by_small_words(true))
    return Figures(
        len(true),
        Counter(str(v.reason) for c in true if not (v := verify.check(*c[:4])).ok),
        Counter(c.corruption for c in false),
        Counter(c.corruption for c in turned),
        Counter(c.corruption for c in false + turned if not verify.check(*c[:4]).ok),
    )


def true_claims(chosen: random.Random) -> Iterator[Claim]:
    """Sentences of the manuals with what they say of themselves, every other one reworded."""
    for document, names in MANUALS:
        try:
            index = sets.index_of(document)
        except FileNotFoundError:
            continue
        for passage in chosen.sample(index.passages, min(len(index.passages), 400)):
            for number, (start, end) in enumerate(sentences(passage.text)):
                quote = fold(passage.text[start:end])
                if number % 3 == 0 and 6 <= len(quote.split()) <= 40 and quote[0].isupper() and quote[-1] == ".":
                    yield Claim(_reworded(quote) if chosen.random() < 0.5 else quote, quote, passage, names, "")


def _reworded(quote: str) -> str:
    for pattern, instead in _REWORDINGS:
        if pattern.search(quote):
            return pattern.sub(instead, quote, count=1)
    return quote


def corrupted(true: list[Claim], chosen: random.Random) -> Iterator[Claim]:
    """About the same number of each kind, in all `WANTED`, of as many sentences as that takes."""
    kinds = {"unit": _unit, "model": _model, "number": _number, "negation": _negated}
    left = {kind: WANTED // len(kinds) for kind in kinds}
    for claim in true:
        for kind, corrupt in kinds.items():
            if not left[kind]:
                continue
            sentence = corrupt(claim.sentence, chosen)
            if sentence and sentence != claim.sentence:
                left[kind] -= 1
                yield claim._replace(sentence=sentence, corruption=kind)
                break
    for claim in true:  # what few sentences offer is made up for by negations
        if sum(left.values()) <= 0:
            return
        sentence = _negated(claim.sentence, chosen)
        if sentence:
            left["negation"] -= 1
            yield claim._replace(sentence=sentence, corruption="negation")


def turned_by_small_words(true: list[Claim]) -> Iterator[Claim]:
    """Every sentence in every way that it can be turned, `TURNED` of each at most."""
    left = dict.fromkeys([*_TURNS, "cut"], TURNED)
    for claim in true:
        for kind, ways in _TURNS.items():
            for pattern, instead in ways:
                sentence = re.sub(pattern, instead, claim.quote, count=1)
                if left[kind] and sentence != claim.quote:
                    left[kind] -= 1
                    yield claim._replace(sentence=sentence[0].upper() + sentence[1:], corruption=kind)
                    break
        if left["cut"] and (found := _CUT.search(claim.quote)):
            left["cut"] -= 1
            rest = found[1]
            yield claim._replace(sentence=rest[0].upper() + rest[1:], quote=rest, corruption="cut")


def _negated(sentence: str, _chosen: random.Random) -> str | None:
    found = _NOT.search(sentence)
    if found:
        word = found[1]
        instead = {"cannot": "can", "without": "with", "never": "always", "no": "a"}.get(word.lower(), "")
        start, end = found.span(1)
        return fold(sentence[:start] + instead + sentence[end:])
    if _VERB.search(sentence):
        return _VERB.sub(r"\1 not", sentence, count=1)
    first, _, rest = sentence.partition(" ")
    return f"Do not {first.lower()} {rest}" if first.isalpha() else None


def _number(sentence: str, chosen: random.Random) -> str | None:
    found = list(re.finditer(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w])", sentence))
    if not found:
        return None
    place = chosen.choice(found)
    value = float(place[0])
    other = chosen.choice([value + 1, value * 2 + 1, value * 10 + 10])
    text = f"{other:.1f}" if "." in place[0] else str(int(other))
    return sentence[: place.start()] + text + sentence[place.end() :]


def _unit(sentence: str, _chosen: random.Random) -> str | None:
    for found in re.finditer(r"(?<![\w.])\d+(?:\.\d+)?[ -]?([°%A-Za-z]+)", sentence):
        if found[1] in _OTHER_UNIT:
            return sentence[: found.start(1)] + _OTHER_UNIT[found[1]] + sentence[found.end(1) :]
    return None


def _model(sentence: str, chosen: random.Random) -> str | None:
    found = [m for m in analyse.TOKEN.finditer(sentence) if claims.model_tokens(m[0])]
    if not found:
        return None
    place = chosen.choice(found)
    digit = chosen.choice([i for i, c in enumerate(place[0]) if c.isdigit()])
    other = place[0][:digit] + str((int(place[0][digit]) + chosen.randint(1, 8)) % 10) + place[0][digit + 1 :]
    return sentence[: place.start()] + other + sentence[place.end() :]


if __name__ == "__main__":
    main()
