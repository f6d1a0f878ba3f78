"""What was typed, read into atoms (runs of letters or digits of one script) and words (atoms that touch)."""

import re
from dataclasses import dataclass, replace

from hsc_prediction.domain.alphabet import HEBREW, SEPARATOR, SKIPPED, decode, read_character
from hsc_prediction.domain.support_words import PREFIXES, SHOWN_AFTER, SHOWN_BEFORE, SUPPORT_WORDS

MAX_ATOMS = 80
_SHOWN = re.compile(r"[a-z]{0,3}[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Atom:
    """A run of one class of letters; `start` and `end` are code points of the text."""

    codes: tuple[int, ...]
    letters: str
    kind: int
    start: int
    end: int
    word: int


@dataclass(frozen=True, slots=True)
class Word:
    """Atoms `first` to `last` (half-open) that stand together."""

    first: int
    last: int
    letters: str
    support: bool


@dataclass(frozen=True, slots=True)
class Query:
    """The typed text and its atoms.

    `compounds` are runs of atoms with no space between them (`rcc-10-uauf`); `open_end`: the last word may still be
    growing.
    """

    text: str
    atoms: tuple[Atom, ...]
    words: tuple[Word, ...]
    compounds: tuple[tuple[int, int], ...]
    open_end: bool

    @property
    def support(self) -> set[int]:
        """The atoms of support words."""
        return {i for word in self.words if word.support for i in range(word.first, word.last)}


def read(text: str) -> Query:
    """Split a text into atoms and words; of very long texts the beginning."""
    atoms = read_atoms(text)
    open_end = bool(atoms) and all(read_character(c)[1] == SKIPPED for c in text[atoms[-1].end :])
    return Query(text, tuple(atoms), _words(atoms), compounds_of(text, atoms), open_end)


def read_atoms(text: str) -> list[Atom]:
    """The atoms of a text; of very long texts those of the beginning."""
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
            atoms.append(Atom(tuple(codes), decode(tuple(codes)), kind, start, end, word))
            codes = []
            if len(atoms) >= MAX_ATOMS:
                break
        if cls == SEPARATOR:
            apart = True
        else:
            # A Hebrew prefix stands before a Latin name without a space: ה-TD17, לTD17.
            apart |= HEBREW in (cls, kind) and SEPARATOR not in (cls, kind) and cls != kind
            if not codes:
                start = at
                if apart:
                    word += 1
                    apart = False
            codes.extend(letters)
            end = at + 1
        kind = cls
    if codes:
        atoms.append(Atom(tuple(codes), decode(tuple(codes)), kind, start, end, word))
    return atoms


def with_atoms(query: Query, atoms: list[Atom]) -> Query:
    """The same text, read into other atoms."""
    atoms = atoms[:MAX_ATOMS]
    return Query(query.text, tuple(atoms), _words(atoms), compounds_of(query.text, atoms), query.open_end)


def _words(atoms: list[Atom]) -> tuple[Word, ...]:
    words: list[Word] = []
    first = 0
    for at in range(1, len(atoms) + 1):
        if at == len(atoms) or atoms[at].word != atoms[first].word:
            letters = "".join([atom.letters for atom in atoms[first:at]])
            words.append(Word(first, at, letters, is_support(letters)))
            first = at
    return _without_shown_codes(words)


def _without_shown_codes(words: list[Word]) -> tuple[Word, ...]:
    """What a device shows (`what does e07 mean`) names no product, where other words may."""
    if sum(not word.support for word in words) > 1:
        for at, word in enumerate(words):
            before, after = words[at - 1].letters if at else "", words[at + 1].letters if at + 1 < len(words) else ""
            if _SHOWN.fullmatch(word.letters) and (before in SHOWN_BEFORE or after in SHOWN_AFTER):
                words[at] = replace(word, support=True)
    return tuple(words)


def with_open_end_as_support(query: Query) -> Query:
    """The same query with its last word, still being typed, taken for a support word."""
    return replace(query, words=(*query.words[:-1], replace(query.words[-1], support=True)))


def compounds_of(text: str, atoms: list[Atom]) -> tuple[tuple[int, int], ...]:
    """Runs of atoms (first, last) with no space between them."""
    out: list[tuple[int, int]] = []
    first = 0
    for at in range(1, len(atoms) + 1):
        if at < len(atoms):
            between = text[atoms[at - 1].end : atoms[at].start]
            scripts = HEBREW in (atoms[at - 1].kind, atoms[at].kind) and atoms[at - 1].kind != atoms[at].kind
            if not scripts and not any(c.isspace() for c in between):
                continue
        out.append((first, at))
        first = at
    return tuple(out)


def is_support(letters: str) -> bool:
    """Whether a word says what is wanted, not which product; in Hebrew also behind a prefix (the, in, for…)."""
    return letters in SUPPORT_WORDS or (len(letters) > 3 and letters[0] in PREFIXES and letters[1:] in SUPPORT_WORDS)
