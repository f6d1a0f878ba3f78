"""Words typed without the spaces between them: `innovativepercussionbmz2`."""

import numpy as np

from hsc_prediction.domain.alphabet import DIGIT, KEY_LENGTH, decode, pack
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.query import Atom, Query, with_atoms

SHORTEST_RUN = 8
SHORTEST_WORD = 3
LONGEST_RUN = 40
# Of one text, so many runs are taken apart.
MOST_RUNS = 6
# Of a run's letters, so many must be words of the catalogue.
KNOWN = 0.6


def apart(index: Index, query: Query, covered: list[bool]) -> Query | None:
    """The query with runs of words taken apart; None where there are none."""
    runs = [
        at
        for at, atom in enumerate(query.atoms)
        if SHORTEST_RUN <= len(atom.codes) <= LONGEST_RUN and (len(atom.codes) > KEY_LENGTH or not covered[at])
        if atom.kind != DIGIT and atom.end - atom.start == len(atom.codes)
    ][:MOST_RUNS]
    if not runs:
        return None
    out: list[Atom] = []
    for at, atom in enumerate(query.atoms):
        pieces = _pieces(index, atom.codes) if at in runs else []
        if len(pieces) < 2:
            out.append(atom)
            continue
        start = atom.start
        for piece in pieces:
            out.append(Atom(piece, decode(piece), pack(piece), atom.kind, start, start + len(piece), atom.word))
            start += len(piece)
    return with_atoms(query, out) if len(out) > len(query.atoms) else None


def _pieces(index: Index, codes: tuple[int, ...]) -> list[tuple[int, ...]]:
    known = index.remembered.pieces
    if (pieces := known.get(codes)) is None:
        pieces = known.keep(codes, _part(index, codes))
    return pieces


def _part(index: Index, codes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The split into the longest words; empty where words make up too little of it."""
    n = len(codes)
    spans = [(i, j) for i in range(n) for j in range(i + SHORTEST_WORD, min(i + KEY_LENGTH, n) + 1)]
    keys = np.array([pack(codes[i:j]) for i, j in spans], np.uint64)
    word = np.zeros(len(spans), bool)
    for segment, _ in index.segments:
        known = segment.words.key
        if len(known):
            word |= known[np.searchsorted(known, keys).clip(max=len(known) - 1)] == keys
    words: dict[int, list[int]] = {}
    for (i, j), is_word in zip(spans, word.tolist(), strict=True):
        if is_word:
            words.setdefault(j, []).append(i)
    # best[j]: (worth, letters in words, where the last piece begins, whether it is a word)
    best: list[tuple[float, int, int, bool]] = [(0.0, 0, 0, True)]
    for j in range(1, n + 1):
        choices = [(best[i][0] + (j - i) ** 2, best[i][1] + j - i, i, True) for i in words.get(j, ())]
        before = best[j - 1]
        # A letter outside words lengthens the piece before it, where that is none either.
        choices.append((before[0] - (0 if not before[3] else 4), before[1], j - 1 if before[3] else before[2], False))
        best.append(max(choices))
    if best[n][1] < KNOWN * n:
        return []
    pieces: list[tuple[int, ...]] = []
    end = n
    while end:
        begin = best[end][2]
        pieces.append(codes[begin:end])
        end = begin
    return pieces[::-1]
