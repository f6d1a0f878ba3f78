"""Who comes, what they type and what they ask: a plan made before the run, so that nothing waits for an answer.

A visit thinks, types one product's question with the errors that people make, and reads; some ask at the end.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

OPENINGS = ("", "", "how do i reset my ", "manual for ", "error on ", "how to update the firmware of ")
SLOWEST_KEYS_S, FASTEST_KEYS_S = 4.0, 15.0
# Of the letters typed, those that miss: a neighbour, or two in the wrong order. Noticed a few letters later.
TYPO = 0.04
NOTICED_AFTER = 3
THINK_S, READ_S = 0.4, 1.5
# The exponent with which products are asked about: a few are the talk of the day.
ZIPF = 1.1
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True)
class Product:
    """What a visit may be about."""

    product_id: str
    name: str


@dataclass(frozen=True)
class Question:
    """A question that a product's manual answers."""

    product_id: str
    text: str


@dataclass(frozen=True)
class Key:
    """The whole text in the box, and when it stands there: seconds from the start of the run."""

    due_s: float
    text: str


@dataclass(frozen=True)
class Visit:
    """One person, from opening the page to leaving it."""

    product: Product
    keys: tuple[Key, ...]
    leaves_s: float
    question: Question | None = None
    asks_s: float = 0.0

    @property
    def comes_s(self) -> float:
        """When the socket is opened: the page does it at once."""
        return max(0.0, self.keys[0].due_s - THINK_S)


def visits(
    products: Sequence[Product],
    questions: Sequence[Question],
    *,
    keys_per_s: float,
    seconds: float,
    asking: float = 0.2,
    seed: int = 1,
) -> list[Visit]:
    """Visits that come by chance (Poisson), so many that they type `keys_per_s` once the first have settled in."""
    chance = random.Random(seed)
    weights = list(accumulate(1 / rank**ZIPF for rank in range(1, len(products) + 1)))

    def text_about(product: Product) -> str:
        return chance.choice(OPENINGS) + product.name.lower()

    tried = [text_about(product) for product in chance.choices(products, cum_weights=weights, k=200)]
    mean_keys = sum(len(list(typed(text, 0, chance))) for text in tried) / len(tried)
    planned = []
    at = 0.0
    while (at := at + chance.expovariate(keys_per_s / mean_keys)) < seconds:
        question = chance.choice(questions) if questions and chance.random() < asking else None
        product = next((p for p in products if question and p.product_id == question.product_id), None)
        product = product or chance.choices(products, cum_weights=weights)[0]
        keys = tuple(typed(text_about(product), at + THINK_S, chance))
        done_s = keys[-1].due_s
        planned.append(Visit(product, keys, done_s + chance.expovariate(1 / READ_S), question, done_s + THINK_S / 2))
    return planned


def typed(text: str, begins_s: float, chance: random.Random) -> Iterator[Key]:
    """What stands in the box after every key, backspaces included; the last is `text`."""
    pace = chance.uniform(SLOWEST_KEYS_S, FASTEST_KEYS_S)
    at = begins_s
    box, rest = "", text
    wrong_since = 0
    while rest or wrong_since:
        if wrong_since and (wrong_since > NOTICED_AFTER or not rest):
            for _ in range(wrong_since):
                box, rest = box[:-1], text[len(box) - 1] + rest
                yield Key(at, box)
                at += chance.expovariate(2 * pace)
            wrong_since = 0
            continue
        letter, rest = rest[0], rest[1:]
        missed = not wrong_since and letter.isalpha() and chance.random() < TYPO
        box += _neighbour(letter, chance) if missed else letter
        wrong_since += bool(wrong_since or missed)
        yield Key(at, box)
        at += max(0.02, chance.gauss(1 / pace, 0.3 / pace))


def _neighbour(letter: str, chance: random.Random) -> str:
    row = next((row for row in _ROWS if letter in row), letter)
    at = row.index(letter)
    return chance.choice([other for other in row[max(0, at - 1) : at + 2] if other != letter] or [letter])
