"""Parts of a model that were typed apart, or in another order: `stage v 5 d` names the D5V, `9 roland lx` the LX-9."""

from itertools import chain, islice, permutations

from hsc_prediction.domain.alphabet import BITS, DIGIT, KEY_LENGTH
from hsc_prediction.domain.query import Query
from hsc_prediction.domain.readings import LONG, Guess

LIKELIHOOD = 0.85
# Letters of a part; a number may also belong to a longer word (`plus 8 system`).
SHORT = 3
MOST_PARTS, MOST_JOINED, MOST_READINGS = 7, 4, 96


def out_of_order(query: Query) -> list[Guess]:
    """Words joined that do not stand beside each other in this order, where one of them is short."""
    atoms = query.atoms
    if not 2 <= len(query.words) <= len(atoms) <= LONG:
        return []
    support = query.support
    plain = not any(word.support and len(word.letters) > 1 for word in query.words)
    # What is joined by a hyphen stands as it is meant to.
    parts = [
        first
        for first, last in query.compounds
        if last - first == 1 and (first not in support or (plain and len(atoms[first].codes) == 1))
    ][:MOST_PARTS]
    short = [i for i in parts if len(atoms[i].codes) <= SHORT]
    if not short or len(parts) < 2:
        return []
    numbered = (pair for pair in permutations(parts, 2) if DIGIT in (atoms[pair[0]].kind, atoms[pair[1]].kind))
    several = chain.from_iterable(permutations(short, n) for n in range(2, MOST_JOINED + 1))
    out: dict[tuple[int, ...], Guess] = {}
    for joined in islice(chain(numbered, several), MOST_READINGS):
        low = length = 0
        for i in joined:
            low |= atoms[i].low >> BITS * length
            length += len(atoms[i].codes)
        first, last = min(joined), max(joined) + 1
        if length <= KEY_LENGTH and joined != tuple(range(first, last)):
            out[joined] = (first, last, low, length, LIKELIHOOD, False, joined)
    return list(out.values())
