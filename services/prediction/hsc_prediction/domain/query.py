"""What was typed, read into atoms (runs of letters or digits of one script) and words (atoms with nothing between them)."""

from dataclasses import dataclass

from hsc_prediction.domain.alphabet import DIGIT, HEBREW, SEPARATOR, SKIPPED, decode, read_character
from hsc_prediction.domain.support_words import SUPPORT_WORDS

MAX_ATOMS = 96


@dataclass(frozen=True, slots=True)
class Atom:
    """A run of one class of letters; `start` and `end` are code points of the text."""

    codes: tuple[int, ...]
    kind: int
    start: int
    end: int
    word: int


@dataclass(frozen=True, slots=True)
class Word:
    """Atoms `first` to `last` (half-open) that stand together."""

    first: int
    last: int
    codes: tuple[int, ...]
    letters: str
    support: bool


@dataclass(frozen=True, slots=True)
class Query:
    """The typed text and its atoms; `open_end` says that the last word may still be growing."""

    text: str
    atoms: tuple[Atom, ...]
    words: tuple[Word, ...]
    open_end: bool


def read(text: str) -> Query:
    """Split a text into atoms and words; of very long texts the beginning."""
    atoms: list[Atom] = []
    codes: list[int] = []
    kind = SEPARATOR
    start = word = 0
    apart = True
    end = 0
    for at, c in enumerate(text):
        letters, cls = read_character(c)
        if cls == SKIPPED:
            continue
        if cls != kind and codes:
            atoms.append(Atom(tuple(codes), kind, start, end, word))
            codes = []
            if len(atoms) >= MAX_ATOMS:
                break
        if cls == SEPARATOR:
            apart = True
        else:
            if not codes:
                start = at
                if apart:
                    word += 1
                    apart = False
            codes.extend(letters)
            end = at + 1
        kind = cls
    if codes:
        atoms.append(Atom(tuple(codes), kind, start, end, word))
    return Query(text, tuple(atoms), _words(atoms), bool(atoms) and not apart)


def _words(atoms: list[Atom]) -> tuple[Word, ...]:
    words: list[Word] = []
    first = 0
    for at in range(1, len(atoms) + 1):
        if at == len(atoms) or atoms[at].word != atoms[first].word:
            codes = tuple(code for atom in atoms[first:at] for code in atom.codes)
            letters = decode(codes)
            words.append(Word(first, at, codes, letters, letters in SUPPORT_WORDS))
            first = at
    return tuple(words)


def is_digit(atom: Atom) -> bool:
    """Whether the atom is a number."""
    return atom.kind == DIGIT


def is_hebrew(word: Word) -> bool:
    """Whether the word is written in Hebrew letters."""
    return bool(word.codes) and all(37 <= code <= 58 for code in word.codes) and HEBREW == 3
