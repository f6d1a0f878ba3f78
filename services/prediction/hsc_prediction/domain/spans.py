"""Which letters of a name, and which part of the text, belong together."""

from functools import lru_cache
from itertools import pairwise

from hsc_prediction.domain.alphabet import BITS, KEY_LENGTH, LETTERS, spelt
from hsc_prediction.domain.query import Query

# Words between two parts of a mention: `the nord, the red one, stage 4`.
GAP = 2


@lru_cache(maxsize=4096)
def folded(name: str) -> tuple[str, tuple[int, ...], tuple[bool, ...]]:
    """The letters of a name as the index sees them, the code point each comes from, and whether it is inside a word."""
    letters = [spelt(c)[1] for c in name]
    places = tuple([at for at, of_character in enumerate(letters) for _ in of_character])
    inside = [b == a + 1 and name[a].isalpha() and name[b].isalpha() for a, b in pairwise(places)]
    return "".join(letters), places, (False, *inside)


@lru_cache(maxsize=8192)
def letters_of(low: int, length: int) -> str:
    """The letters a key starts with."""
    return "".join(LETTERS.get(low >> BITS * (KEY_LENGTH - 1 - i) & 63, "?") for i in range(length))


def matched_spans(name: str, wanted: list[str]) -> tuple[tuple[int, int], ...]:
    """Half-open spans, in code points, of the parts of a name that begin with some letters."""
    text, places, inside = folded(name)
    found: list[tuple[int, int]] = []
    for letters in wanted:
        at = text.find(letters)
        # The beginning of a word is meant, not letters inside one.
        while at > 0 and inside[at]:
            at = text.find(letters, at + 1)
        if at >= 0:
            found.append((places[at], places[at + len(letters) - 1] + 1))
    found.sort()
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


def mention(query: Query, worth: list[float]) -> tuple[int, int]:
    """The code points of the text that name the product: the stretch of atoms with most evidence; (0, 0) for none."""
    atoms = query.atoms
    best, best_worth = (0, 0), 0.0
    first = last = -1
    total = 0.0
    for at, value in enumerate(worth):
        if value <= 0:
            continue
        if first < 0 or atoms[at].word - atoms[last].word > GAP + 1:
            first, total = at, 0.0
        last = at
        total += value
        if total > best_worth:
            best, best_worth = (first, last + 1), total
    return (atoms[best[0]].start, atoms[best[1] - 1].end) if best_worth else (0, 0)


def split(text: str, start: int, end: int) -> tuple[str, str]:
    """The part of a text that names the product, and the rest of it."""
    if end <= start:
        return "", text.strip()
    rest = [part for part in (text[:start].strip(), text[end:].strip()) if part]
    return text[start:end], " ".join(rest)
