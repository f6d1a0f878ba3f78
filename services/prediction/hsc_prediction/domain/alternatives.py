"""Other ways to read a typed word: the same meaning in other words, another script, another unit."""

from math import log

from hsc_prediction.domain.alphabet import BITS, HEBREW, KEY_LENGTH, spelt
from hsc_prediction.domain.concepts import same_meaning
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.layout import other_layout
from hsc_prediction.domain.query import Query
from hsc_prediction.domain.readings import LONG, Guess, Reading, span_limit
from hsc_prediction.domain.support_words import PREFIXES
from hsc_prediction.domain.transliterate import letter_names, without_prefixes

MEANING, LETTER_NAMES, SOUND, PREFIX, UNIT, LAYOUT = 0.8, 0.9, 0.85, 0.95, 0.8, 0.84
# Of each word of a joined span, so many alternatives are tried.
JOINED = 3
# Of one text, so many words that the catalogue does not have are looked for in other forms.
MOST_UNKNOWN = 12
CM_PER_INCH = 2.54
_CM = ("cm", "סמ")
Alternative = tuple[int, int, float]  # its key, how many letters, likelihood


def alternatives(index: Index, query: Query, covered: list[bool]) -> dict[int, list[Alternative]]:
    """For atoms by number: other letters for them, the likeliest first."""
    out: dict[int, list[Alternative]] = {}
    support = query.support
    left = MOST_UNKNOWN
    # A Hebrew word still being typed may begin one word, and be all of another's sound: אלקטרו, Electro.
    end = query.atoms[-1] if query.atoms and query.open_end else None
    growing = len(query.atoms) - 1 if end and end.kind == HEBREW and len(end.codes) > 3 else None
    for at in range(len(query.atoms)):
        known = at in support or (covered[at] and at != growing)
        left -= not known
        if found := _of_atom(index, query, at, covered[at], known or left < 0):
            out[at] = found
    return out


def _of_atom(index: Index, query: Query, at: int, covered: bool, known: bool) -> list[Alternative]:
    atom = query.atoms[at]
    typed, memo = query.text[atom.start : atom.end], index.remembered.others
    # The I of `how do i reset` is no numeral.
    pronoun = (
        len(atom.letters) == 1 and at in query.support and any(w.support and len(w.letters) > 1 for w in query.words)
    )
    if (found := memo.get((typed, covered, known, pronoun))) is None:
        words = _of_word(index, typed, atom.letters, covered, known, pronoun)
        found = memo.keep((typed, covered, known, pronoun), [_spelt(word, likelihood) for word, likelihood in words])
    return found + _inches(query, at, atom.letters) if atom.letters.isdigit() else found


def _spelt(word: str, likelihood: float) -> Alternative:
    codes, _, low = spelt(word)
    return low, len(codes), likelihood


def _of_word(
    index: Index, typed: str, letters: str, covered: bool, known: bool, pronoun: bool
) -> list[tuple[str, float]]:
    found = [] if pronoun else [(word, MEANING) for word in same_meaning(letters)]
    if letters.isdigit():
        return found
    hebrew = letters[0] >= "א"
    if hebrew:
        name = letter_names(letters)
        if name and (len(name) > 1 or not covered):
            found.append((name, LETTER_NAMES))
        if letters == "איי":  # both the A of JD-XA and the I of JD-Xi
            found.append(("i", LETTER_NAMES))
        if len(letters) == 3 and letters[0] in PREFIXES and not known and (name := letter_names(letters[1:])):
            found.append((name, LETTER_NAMES * PREFIX))  # to the S of an SPD: לאס פי די
    if known or len(letters) < 2:
        return found
    pressed = other_layout(typed)
    if pressed.isalnum():
        found.append((pressed, LAYOUT))
    for word in without_prefixes(letters) if hebrew else (letters,):
        if word != letters:
            found += [(w, MEANING * PREFIX) for w in same_meaning(word)]
            found.append((word, PREFIX))
            if name := letter_names(word):
                found.append((name, LETTER_NAMES * PREFIX))
        likely = SOUND * (1.0 if word == letters else PREFIX)
        for segment, _ in index.segments:
            found += [(other, worth * likely) for other, worth in segment.sounds.like(word)]
    return sorted(found, key=lambda pair: -pair[1])


def _inches(query: Query, at: int, letters: str) -> list[Alternative]:
    after = query.atoms[at + 1].letters if at + 1 < len(query.atoms) else ""
    if after not in _CM or len(letters) > 4:
        return []
    inches = int(letters) / CM_PER_INCH
    return [_spelt(str(n), UNIT) for n in sorted({int(inches), round(inches), int(inches) + 1}) if n]


def alternative_spans(query: Query, other: dict[int, list[Alternative]]) -> list[Guess]:
    """Each alternative alone, and the likeliest ones joined with their neighbours."""
    if not other:
        return []
    out: list[Guess] = [
        (at, at + 1, low, min(length, KEY_LENGTH), likelihood, False, ())
        for at, found in other.items()
        for low, length, likelihood in found
    ]
    each = JOINED if len(query.atoms) <= LONG else 1
    choices: list[list[Alternative]] = [
        other[at][:each] if at in other else [(atom.low, len(atom.codes), 1.0)] for at, atom in enumerate(query.atoms)
    ]
    longest = span_limit(query)
    for first in range(len(choices)):
        key = letters = 0
        end = min(first + longest, len(choices))
        for at in range(first, end):
            if at in other or letters > KEY_LENGTH:
                break
            key |= query.atoms[at].low >> BITS * letters
            letters += len(query.atoms[at].codes)
        else:
            continue
        joined: list[Alternative] = [(key, letters, 1.0)]
        for last in range(at + 1, end + 1):
            joined = [
                (before | low >> BITS * letters, letters + length, min(sure, likelihood))
                for before, letters, sure in joined
                for low, length, likelihood in choices[last - 1]
                if letters + length <= KEY_LENGTH
            ][: JOINED * JOINED]
            if not joined:
                break
            if last > first + 1:
                out += [(first, last, low, length, sure, False, ()) for low, length, sure in joined if sure < 1.0]
    return out


def share_among_meanings(index: Index, typed: list[Reading], other: list[Reading]) -> None:
    """A word that can be found in many ways says as little as all of them together."""
    if not other:
        return
    sizes: dict[tuple[int, int], int] = {}
    for r in typed:
        sizes[r.first, r.last] = sizes.get((r.first, r.last), 0) + r.size
    for r in other:
        if (r.first, r.last) in sizes:
            sizes[r.first, r.last] += r.size
    for r in other:
        if size := sizes.get((r.first, r.last)):
            r.evidence = min(r.evidence, max(0.05, log((index.count + 1) / min(size, index.count))))
