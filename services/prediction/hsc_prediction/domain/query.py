"""What was typed, read into atoms (runs of letters or digits of one script) and words (atoms that touch)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from hsc_prediction.domain.alphabet import HEBREW, SEPARATOR, SKIPPED, kinds, spelt
from hsc_prediction.domain.support_words import PREFIXES, SHOWN_AFTER, SHOWN_BEFORE, SUPPORT_WORDS

MAX_ATOMS = 80
_SEPARATOR, _SKIPPED = str(SEPARATOR), str(SKIPPED)
_RUNS = re.compile(rf"([^{_SEPARATOR}{_SKIPPED}])(?:{_SKIPPED}*\1)*")
_SPACE = re.compile(r"\s")
_SHOWN = re.compile(r"[a-z]{0,3}[0-9]{1,3}")


class Atom(NamedTuple):
    """A run of one class of letters; `start` and `end` are code points of the text."""

    codes: tuple[int, ...]
    letters: str
    low: int  # the key of its first letters
    kind: int
    start: int
    end: int
    word: int


class Word(NamedTuple):
    """Atoms `first` to `last` (half-open) that stand together."""

    first: int
    last: int
    letters: str
    support: bool


@dataclass(frozen=True)
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
    letters: str  # all of them, with nothing between

    @cached_property
    def support(self) -> frozenset[int]:
        """The atoms of support words."""
        return frozenset([i for word in self.words if word.support for i in range(word.first, word.last)])

    @cached_property
    def runs(self) -> frozenset[str]:
        """The words of the text, and every run of neighbouring words and numbers joined."""
        return runs([atom.letters for atom in self.atoms])


def read(text: str) -> Query:
    """Split a text into atoms and words; of very long texts the beginning."""
    cut = text.rfind(" ") + 1
    atoms, words, compounds = _head(text[:cut])
    before = len(atoms)
    of = kinds(text[cut:])
    open_end = False
    if tail := _atoms(text, of, cut, atoms):
        open_end = not of[tail[-1].end - cut :].strip(_SKIPPED)
        atoms = (*atoms, *tail)
        words = (*words, *_words(atoms, before))
        compounds = (*compounds, *compounds_of(text, atoms, before))
    letters = "".join([atom.letters for atom in atoms])
    return Query(text, atoms, _without_shown_codes(words), compounds, open_end, letters)


@lru_cache(maxsize=512)
def _head(text: str) -> tuple[tuple[Atom, ...], tuple[Word, ...], tuple[tuple[int, int], ...]]:
    """Of a text before its last word, which was there at the key before, the atoms, words and compounds."""
    atoms = _atoms(text, kinds(text))
    return tuple(atoms), tuple(_words(atoms)), compounds_of(text, atoms)


def read_atoms(text: str) -> list[Atom]:
    """The atoms of a text; of very long texts those of the beginning."""
    return _atoms(text, kinds(text))


def _atoms(text: str, of: str, begin: int = 0, before: Sequence[Atom] = ()) -> list[Atom]:
    """The atoms from a place on, behind those before it and a space; `of`: the kinds of the characters there."""
    atoms: list[Atom] = []
    word = before[-1].word if before else 0
    kind = end = 0
    for run in islice(_RUNS.finditer(of), MAX_ATOMS - len(before)):
        start, stop = run.span()
        last, kind = kind, int(of[start])
        # A Hebrew prefix stands before a Latin name without a space: ה-TD17, לTD17.
        if not atoms or _SEPARATOR in of[end:start] or (kind != last and HEBREW in (kind, last)):
            word += 1
        atoms.append(Atom(*spelt(text[begin + start : begin + stop]), kind, begin + start, begin + stop, word))
        end = stop
    return atoms


def with_atoms(query: Query, atoms: list[Atom]) -> Query:
    """The same text, read into other atoms."""
    atoms = atoms[:MAX_ATOMS]
    words = _without_shown_codes(_words(atoms))
    return replace(query, atoms=tuple(atoms), words=words, compounds=compounds_of(query.text, atoms))


def _words(atoms: Sequence[Atom], first: int = 0) -> list[Word]:
    """The words that atoms make, from the first one that is asked for on."""
    words: list[Word] = []
    for at in range(first + 1, len(atoms) + 1):
        if at == len(atoms) or atoms[at].word != atoms[first].word:
            alone = at - first == 1
            letters = atoms[first].letters if alone else "".join([atom.letters for atom in atoms[first:at]])
            words.append(Word(first, at, letters, is_support(letters)))
            first = at
    return words


def _without_shown_codes(found: Iterable[Word]) -> tuple[Word, ...]:
    """What a device shows (`what does e07 mean`) names no product, where other words may."""
    words = list(found)
    shown = [at for at, word in enumerate(words) if word.letters[-1].isdigit() and _SHOWN.fullmatch(word.letters)]
    if shown and sum([not word.support for word in words]) > 1:
        for at in shown:
            before, after = words[at - 1].letters if at else "", words[at + 1].letters if at + 1 < len(words) else ""
            if before in SHOWN_BEFORE or after in SHOWN_AFTER:
                words[at] = words[at]._replace(support=True)
    return tuple(words)


def with_open_end_as_support(query: Query) -> Query:
    """The same query with its last word, still being typed, taken for a support word."""
    return replace(query, words=(*query.words[:-1], query.words[-1]._replace(support=True)))


def compounds_of(text: str, atoms: Sequence[Atom], first: int = 0) -> tuple[tuple[int, int], ...]:
    """Runs of atoms (first, last) with no space between them, from one atom on."""
    out: list[tuple[int, int]] = []
    for at in range(first + 1, len(atoms) + 1):
        if at < len(atoms):
            before, after = atoms[at - 1], atoms[at]
            scripts = before.kind != after.kind and HEBREW in (before.kind, after.kind)
            if not scripts and (before.end == after.start or not _SPACE.search(text, before.end, after.start)):
                continue
        out.append((first, at))
        first = at
    return tuple(out)


def runs(atoms: list[str]) -> frozenset[str]:
    """Some atoms, and every run of neighbours joined."""
    count = len(atoms)
    return frozenset(["".join(atoms[i:j]) for i in range(count) for j in range(i + 1, min(i + 7, count + 1))])


def is_support(letters: str) -> bool:
    """Whether a word says what is wanted, not which product; in Hebrew also behind a prefix (the, in, for…)."""
    return letters in SUPPORT_WORDS or (len(letters) > 3 and letters[0] in PREFIXES and letters[1:] in SUPPORT_WORDS)
