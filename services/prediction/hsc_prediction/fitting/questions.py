"""Questions made from a catalogue, to fit and to measure confidence: what people type, and what they mean by it."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hsc_prediction.domain.alphabet import fold
from hsc_prediction.domain.given_names import GIVEN_NAMES
from hsc_prediction.domain.layout import other_layout
from hsc_prediction.domain.product import Product
from hsc_prediction.domain.twins import begins_with

_SENTENCES = (
    "how do i reset my {}",
    "{} does not turn on",
    "where is the manual of the {}",
    "no sound from {} since yesterday",
    "can the {} be connected to a phone",
    "does {} have midi",
    "i need a spare part for my {} please",
    "what is the price of {}",
    "איך מאפסים {}",
    "ה-{} לא נדלק",
    "כמה עולה {}",
)
NOTHING = (
    "weather tomorrow", "how do i", "hello", "good morning", "what time is it", "my name is david", "sarah cohen",
    "john smith",
    "where are you located", "thank you very much", "opening hours", "i want to return something",
    "do you ship to germany",
    "can i pay with a credit card", "my order has not arrived", "who is the manager", "reset password",
    "cancel my order",
    "is anybody there", "please call me back", "the invoice is wrong", "how are you", "what is the best one",
    "my dog ate it",
    "tel aviv", "michael levi", "christmas opening hours", "i am looking for a gift", "do you repair things",
    "when do you open",
    "מה שלומך", "שלום", "מזג האוויר מחר", "שעות פתיחה", "איפה אתם נמצאים", "דוד כהן", "תודה רבה",
    "אפשר לשלם בתשלומים", "מתי תגיע ההזמנה",
    "pizza delivery", "football results", "rachel", "maria gonzalez", "bus to the airport",
    "translate this to french", "tell me a joke",
)  # fmt: skip
_SURNAMES = """
smith cohen levi miller garcia brown katz weber rossi martin mizrahi jones young king lee wright hall friedman
כהן לוי מזרחי פרץ ביטון אברהם פרידמן גולן שחר
"""
EVERYDAY = (
    "i am at the airport now", "is the road to haifa open", "how much is a ticket to london",
    "can you speak english", "call me later today",
    "the bus was late again", "happy birthday", "where can i park my car", "my credit card was refused",
    "is lunch included",
    "please send me the form", "who won the game last night", "what is the capital of france",
    "the music was too loud", "i lost my keys",
    "do you have a job for me", "is the manager in", "good evening everybody", "see you on monday",
    "the light in the room is broken",
    "my daughter plays in a band", "we moved to a new house", "red or white wine", "a table for two please",
    "the doctor said rest",
    "can i use a gift card", "the card does not work any more", "how do i change the address", "is the stage outside",
    "the show starts at nine", "it was a great performance", "where is the studio", "the box was open",
    "my account is locked", "a new chair for the office", "the pilot said something", "i lost the key of the house",
    "the box was damaged when it came", "do you have a discount for soldiers", "is the light supposed to be on",
    "the line is always busy", "he is the lead singer", "the engine makes noise", "a storm is coming",
    "i have a black cat", "is there a bridge over the river", "the control of the television", "turn to the right",
    "a glass of water please", "the sound of music", "the driver did not find the house", "a present for an artist",
    "i want a second opinion", "the match was a draw", "my wallet was on the desk", "can i have a receipt",
    "what a legend", "it is a classic", "the hotel was full", "he broke his arm", "is it the right size",
    "how do i reset the router", "how do i reset the alarm", "where is the manual of the car",
    "does the oven have a timer",
    "the phone does not turn on", "no sound from the neighbours", "can the television be connected to a phone",
    "how do i clean the filter", "the window does not close", "does the fridge have a light",
)  # fmt: skip
COINED = 0.15
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Question:
    """A text, and the folded brand and name it means; None where it means no product of the catalogue."""

    text: str
    meant: tuple[str, str] | None


def meaning(product: Product) -> tuple[str, str]:
    """What tells products apart for a person."""
    return product.brand_id or product.brand_name, fold(product.name)


def typo(text: str, rnd: random.Random) -> str:
    """The text with one slip of the finger in a letter or digit."""
    places = [i for i, c in enumerate(text) if c.isascii() and c.isalnum()]
    if not places:
        return text
    at = rnd.choice(places)
    kind = rnd.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    row = next((row for row in _KEYS if text[at].lower() in row), "aeiou")
    place = row.find(text[at].lower())
    near = row[max(0, place - 1) : place + 2].replace(text[at].lower(), "") or "x"
    return text[:at] + rnd.choice(near) + text[at + 1 :]


def _coined(product: Product) -> str:
    """The word a name begins with, behind its brand: who says one word of a name says that one."""
    words = (w for w in product.name.lower().split() if w.isalpha())
    return next((w for w in words if begins_with(product.name, product.brand_name, fold(w))), "")


def _short(product: Product, rnd: random.Random) -> str:
    """Some of the words of a name: those with digits, and enough of the others."""
    words = [w for w in product.name.split() if fold(w)]
    codes = [w for w in words if any(c.isdigit() for c in w)]
    kept = codes or words[-3:]
    if rnd.random() < 0.5 or len(fold("".join(kept))) < 4:
        first = [w for w in words if w.isascii() and w not in kept][:1]
        kept = first + kept
    return " ".join(kept)


def questions(products: Sequence[Product], absent: Sequence[Product], seed: int, each: int = 1) -> Iterator[Question]:
    """Questions about products, about absent ones (which mean nothing here), and about nothing at all.

    Each product is asked about `each` times, each absent one once: most people ask for what there is.
    """
    rnd = random.Random(seed)  # noqa: S311 a reproducible draw, no secret
    for here, some in ((True, products), (False, absent)):
        for product in some:
            for _ in range(each if here else 1):
                text = _text(product, rnd)
                yield Question(text, meaning(product) if here else None)
            if (word := _coined(product)) and rnd.random() < COINED:
                yield Question(rnd.choice(_SENTENCES).format(word), meaning(product) if here else None)
    given, surnames = sorted(GIVEN_NAMES), _SURNAMES.split()
    # Some surnames are words of the catalogue: Gold, Bell.
    words = sorted({w for p in products for w in p.name.lower().split() if w.isalpha() and len(w) > 3}) or surnames
    for _ in range(max(1, len(products) // 100)):
        names = [f"{rnd.choice(given)} {rnd.choice(rnd.choice((surnames, words)))}" for _ in range(60)]
        for text in (*NOTHING, *EVERYDAY, *names):
            yield Question(text if rnd.random() < 0.6 else text[: rnd.randint(1, len(text))], None)


def _text(product: Product, rnd: random.Random) -> str:
    text = product.name if rnd.random() < 0.3 else _short(product, rnd)
    text = text.lower() if rnd.random() < 0.8 else text
    kind = rnd.random()
    if kind < 0.25:
        text = typo(text, rnd)
    elif kind < 0.35:
        text = re.sub(r"[^\w\s]|_", rnd.choice(("", " ")), text)
    elif kind < 0.42:
        parts = _PARTS.findall(text)
        text = " ".join(rnd.sample(parts, len(parts)))
    elif kind < 0.47 and text.isascii():
        return other_layout(text)
    if rnd.random() < 0.3:
        return rnd.choice(_SENTENCES).format(text)
    if rnd.random() < 0.45:
        return text[: rnd.randint(1, len(text))]
    return text
