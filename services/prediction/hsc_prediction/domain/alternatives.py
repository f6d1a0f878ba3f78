"""Other ways to read a typed word: the same meaning in other words, another script, another unit."""

from math import log

from hsc_prediction.domain.alphabet import HEBREW, KEY_LENGTH, encode, pack
from hsc_prediction.domain.concepts import same_meaning
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.layout import other_layout
from hsc_prediction.domain.query import Query
from hsc_prediction.domain.readings import LONG, Reading, span_limit
from hsc_prediction.domain.support_words import PREFIXES
from hsc_prediction.domain.transliterate import letter_names, without_prefixes

MEANING, LETTER_NAMES, SOUND, PREFIX, UNIT, LAYOUT = 0.8, 0.9, 0.85, 0.95, 0.8, 0.84
# Of each word of a joined span, so many alternatives are tried.
JOINED = 3
# Of one text, so many words that the catalogue does not have are looked for in other forms.
MOST_UNKNOWN = 12
CM_PER_INCH = 2.54
_CM = ("cm", "סמ")
Alternative = tuple[tuple[int, ...], float]


def alternatives(index: Index, query: Query, covered: list[bool]) -> dict[int, list[Alternative]]:
    """For atoms by number: other letters for them, the likeliest first."""
    out: dict[int, list[Alternative]] = {}
    support = query.support
    left = MOST_UNKNOWN
    last = len(query.atoms) - 1
    for at in range(len(query.atoms)):
        # A Hebrew word still being typed may begin one word, and be all of another's sound: אלקטרו, Electro.
        growing = at == last and query.open_end and query.atoms[at].kind == HEBREW and len(query.atoms[at].codes) > 3
        known = at in support or (covered[at] and not growing)
        left -= not known
        if found := _of_atom(index, query, at, covered[at], known or left < 0):
            out[at] = found
    return out


def _of_atom(index: Index, query: Query, at: int, covered: bool, known: bool) -> list[Alternative]:
    atom = query.atoms[at]
    letters = atom.letters
    # The I of `how do i reset` is no numeral.
    pronoun = len(letters) == 1 and at in query.support and any(w.support and len(w.letters) > 1 for w in query.words)
    found = [] if pronoun else [(encode(word), MEANING) for word in same_meaning(letters)]
    if letters.isdigit():
        return found + _inches(query, at, letters)
    hebrew = letters[0] >= "א"
    if hebrew:
        spelt = letter_names(letters)
        if spelt and (len(spelt) > 1 or not covered):
            found.append((encode(spelt), LETTER_NAMES))
        if len(letters) == 3 and letters[0] in PREFIXES and not known and (spelt := letter_names(letters[1:])):
            found.append((encode(spelt), LETTER_NAMES * PREFIX))  # to the S of an SPD: לאס פי די
    if known or len(letters) < 2:
        return found
    pressed = other_layout(query.text[atom.start : atom.end])
    if pressed.isalnum():
        found.append((encode(pressed), LAYOUT))
    for word in without_prefixes(letters) if hebrew else (letters,):
        if word != letters:
            found += [(encode(w), MEANING * PREFIX) for w in same_meaning(word)]
            found.append((encode(word), PREFIX))
            if spelt := letter_names(word):
                found.append((encode(spelt), LETTER_NAMES * PREFIX))
        likely = SOUND * (1.0 if word == letters else PREFIX)
        for segment, _ in index.segments:
            found += [(encode(other), worth * likely) for other, worth in segment.sounds.like(word)]
    return sorted(found, key=lambda pair: -pair[1])


def _inches(query: Query, at: int, letters: str) -> list[Alternative]:
    after = query.atoms[at + 1].letters if at + 1 < len(query.atoms) else ""
    if after not in _CM or len(letters) > 4:
        return []
    inches = int(letters) / CM_PER_INCH
    return [(encode(str(n)), UNIT) for n in sorted({int(inches), round(inches), int(inches) + 1}) if n]


def alternative_spans(query: Query, other: dict[int, list[Alternative]]) -> list[Reading]:
    """Readings of each alternative alone, and of the likeliest ones joined with their neighbours."""
    out = [
        Reading(at, at + 1, pack(codes), min(len(codes), KEY_LENGTH), likelihood, False)
        for at, found in other.items()
        for codes, likelihood in found
    ]
    each = JOINED if len(query.atoms) <= LONG else 1
    choices: list[list[Alternative]] = [
        other[at][:each] if at in other else [(atom.codes, 1.0)] for at, atom in enumerate(query.atoms)
    ]
    longest = span_limit(query)
    for first in range(len(choices)):
        if other.keys().isdisjoint(range(first, first + longest)):
            continue
        joined: list[Alternative] = [((), 1.0)]
        for last in range(first + 1, min(first + longest, len(choices)) + 1):
            joined = [
                (before + codes, min(sure, likelihood))
                for before, sure in joined
                for codes, likelihood in choices[last - 1]
                if len(before) + len(codes) <= KEY_LENGTH
            ][: JOINED * JOINED]
            if not joined:
                break
            if last > first + 1:
                out += [Reading(first, last, pack(c), len(c), sure, False) for c, sure in joined if sure < 1.0]
    return out


def share_among_meanings(index: Index, typed: list[Reading], other: list[Reading]) -> None:
    """A word that can be found in many ways says as little as all of them together."""
    sizes: dict[tuple[int, int], int] = {}
    for r in typed:
        sizes[r.first, r.last] = sizes.get((r.first, r.last), 0) + r.size
    for r in other:
        if (r.first, r.last) in sizes:
            sizes[r.first, r.last] += r.size
    for r in other:
        if size := sizes.get((r.first, r.last)):
            r.evidence = min(r.evidence, max(0.05, log((index.count + 1) / min(size, index.count))))
