"""One product's manuals as an index, and the ranking of their passages for a question.

BM25 (Robertson & Zaragoza, "The Probabilistic Relevance Framework", 2009) over windows of about eighty words that
slide by forty and never cross a section. Word pairs of the question count half; the section's titles count as text.
Only positions are stored: phrases, pairs and windows are counted when they are asked for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt

from hsc_answer.domain import analyse, intent, languages
from hsc_answer.domain.blocks import is_front_matter, row_key
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.query import Query, understand
from hsc_answer.domain.vocabulary import Vocabulary
from hsc_answer.domain.windows import CELL_WORDS, sentences

K1 = 0.7
B = 0.4
PAIR = 0.25
PAIR_REACH = 3
LEAF_TITLE = 1.5
UPPER_TITLE = 0.3
TITLE_MATCH = 0.5
ROW_MATCH = 0.5
OTHER_LANGUAGE = 0.5
UNTOLD = 0.7  # of a passage whose section tells no time where one is asked for
LOOKED_AT = 12
AROUND = 2

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score; `start` and `end` are the code points of its text that the best window covers."""

    passage: Passage
    score: float
    start: int
    end: int


class ManualIndex:
    """Search over the passages of one product's manuals. Immutable: any number of threads may search it."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = tuple(sorted(passages, key=lambda p: (p.manual_id, p.ordinal)))
        self._understood: tuple[str, Query] = ("", Query((), (), 0))
        self._build()

    @classmethod
    def build(cls, passages: Sequence[Passage]) -> "ManualIndex":
        """The index of the given passages, of one manual or of several."""
        return cls(passages)

    @property
    def nbytes(self) -> int:
        """An estimate of the memory that the index and its passages hold, for a cache bounded by bytes."""
        text = sum(300 + 2 * len(p.text) + 120 * len(p.boxes) for p in self.passages)
        arrays = sum(a.nbytes for a in (self._positions, self._cell_of, self._cells))
        return text + arrays + self.vocabulary.nbytes + 100 * len(self._offsets)

    def around(self, passage: Passage) -> tuple[Passage, ...]:
        """The passages of its section near `passage`, itself included, in order: a short section is whole."""
        number = self._number_of[(passage.manual_id, passage.ordinal)]
        first, last = self._section_range[self._section_of[number]]
        return self.passages[max(first, number - AROUND) : min(last, number + AROUND + 1)]

    def beginning(self, passage: Passage) -> Passage:
        """The first passage of its section."""
        number = self._number_of[(passage.manual_id, passage.ordinal)]
        return self.passages[self._section_range[self._section_of[number]][0]]

    def rarity(self, term: str) -> float:
        """How much a term tells: its inverse document frequency over windows; that of an unseen word if it has none."""
        known = self._rarities.get(term)
        if known is None:
            total = len(self._window_passage)
            df = int(np.count_nonzero(self._in_windows(self._positions_of(term))))
            known = float(np.log1p((total - df + 0.5) / (df + 0.5)))
            if term in self._offsets:
                self._rarities[term] = known
        return known

    def understand(self, question: str) -> Query:
        """The question in the words of these manuals; the last one is kept, each is asked for several times."""
        last, query = self._understood
        if last != question:
            query = understand(question, self.vocabulary)
            self._understood = question, query
        return query

    def search(self, question: str, limit: int = 5, language: str | None = None) -> list[Hit]:
        """The passages nearest to the question, best first, at most `limit`; those without a word of it are left out.

        Passages of other languages than `language` (BCP 47), or else than the question's, come behind, unless what is
        written in it says nothing near the question.
        """
        if not self.passages:
            return []
        query = self.understand(question)
        scores = self._window_scores(query)
        best = np.zeros(len(self.passages))
        np.maximum.at(best, self._window_passage, scores)
        np.maximum.at(best, self._window_last, scores * 0.97)
        if not intent.asks_how(question):
            best += self._row_scores(query)
        best[self._front] = 0
        wanted = languages.primary(language or "") or languages.detect(question.partition("\n")[0])
        other = np.array([p.language not in ("", wanted) for p in self.passages])
        if wanted and not other.all() and best[~other].max() >= OTHER_LANGUAGE * best.max():
            best[other] *= OTHER_LANGUAGE
        if intent.asks_duration(question):
            for number in np.argsort(-best, kind="stable")[:LOOKED_AT]:
                if not any(intent.tells_duration(p.text) for p in self.around(self.passages[number])):
                    best[number] *= UNTOLD
        order = np.argsort(-best, kind="stable")[:limit]
        return [self._hit(int(i), float(best[i])) for i in order if best[i] > 0]

    def _hit(self, index: int, score: float) -> Hit:
        passage = self.passages[index]
        return Hit(passage, score, 0, len(passage.text))

    # Scoring

    def _window_scores(self, query: Query) -> Floats:
        total = np.zeros(len(self._window_passage))
        counts: list[tuple[Floats, float]] = []
        hits: list[tuple[int, float, Ints]] = []
        for concept in query.concepts:
            tf = np.zeros(len(total))
            where: list[Ints] = []
            for phrase, weight in concept.options:
                at = self._phrase(phrase)
                tf += weight * (self._in_windows(at) + self._in_titles(phrase))
                where.append(at)
            counts.append((tf, concept.weight))
            hits.append((concept.position, concept.weight, np.sort(np.concatenate(where))))
        named = np.zeros(len(self._section_range))
        matched = np.zeros(len(self._section_range))
        for concept in query.concepts:
            title: dict[int, float] = {}
            for phrase, weight in concept.options:
                for section in self._leaf_titles.get(phrase[0], ()):
                    title[section] = max(title.get(section, 0.0), weight)
            if title:
                idf = max(self.rarity(p[0]) * w for p, w in concept.options)
                sections = np.fromiter(title, np.int32, len(title))
                held = np.fromiter(title.values(), np.float64, len(title))
                matched[sections] += held
                named[sections] += concept.weight * held * idf
        total += TITLE_MATCH * (named * np.minimum(1.0, matched / self._title_words))[self._window_section]
        for (left, w1, a), (right, w2, b) in pairwise(hits):
            reach = min(right - left, PAIR_REACH)
            if right - left > PAIR_REACH + 1 or reach < 1:
                continue
            near = np.searchsorted(b, a + reach, side="right") > np.searchsorted(b, a, side="right")
            counts.append((self._in_windows(a[near]), PAIR * min(w1, w2)))
        for tf, weight in counts:
            df = int(np.count_nonzero(tf))
            if df:
                idf = np.log1p((len(total) - df + 0.5) / (df + 0.5))
                total += weight * idf * (K1 + 1) * tf / (tf + self._length_norm)
        return total

    def _row_scores(self, query: Query) -> Floats:
        """What each passage's best row adds: as much of the question as its key names, if all of the key is named."""
        found = np.zeros(len(self.passages))
        if not len(self._row_words):
            return found
        named = np.zeros(len(self._row_words))
        matched = np.zeros(len(self._row_words))
        for concept in query.concepts:
            held: dict[int, float] = {}
            for phrase, weight in concept.options:
                for row in self._rows.get(phrase[0], ()):
                    held[row] = max(held.get(row, 0.0), weight)
            if held:
                idf = max(self.rarity(p[0]) * w for p, w in concept.options)
                rows = np.fromiter(held, np.int32, len(held))
                share = np.fromiter(held.values(), np.float64, len(held))
                matched[rows] += share
                named[rows] += concept.weight * share * idf
        np.maximum.at(found, self._row_passage, ROW_MATCH * named * np.minimum(1.0, matched / self._row_words))
        return found

    def names_row(self, term: str, among: Collection[str]) -> bool:
        """Whether a row is about this one term, in a section whose titles have one of the words `among`."""
        return any(
            self._row_words[row] == 1
            and any(
                t.text in among
                for title in self.passages[self._row_passage[row]].section_path
                for t in analyse.terms(title)
            )
            for row in self._rows.get(term, ())
        )

    def holds(self, phrase: tuple[str, ...]) -> bool:
        """Whether the terms stand one after the other somewhere."""
        return len(self._phrase(phrase)) > 0

    def _phrase(self, phrase: tuple[str, ...]) -> Ints:
        """Positions where the phrase begins."""
        at = self._positions_of(phrase[0])
        for offset, term in enumerate(phrase[1:], 1):
            at = at[np.isin(at + offset, self._positions_of(term), assume_unique=True)]
        return at

    def _positions_of(self, term: str) -> Ints:
        start, end = self._offsets.get(term, (0, 0))
        return self._positions[start:end]

    def _in_windows(self, positions: Ints) -> Floats:
        sums = np.zeros(self._cell_count + 1)
        np.cumsum(np.bincount(self._cell_of[positions], minlength=self._cell_count), out=sums[1:])
        counted: Floats = sums[self._cells[1]] - sums[self._cells[0]]
        return counted

    def _in_titles(self, phrase: tuple[str, ...]) -> Floats:
        weights = np.zeros(len(self._section_range))
        for section, weight in self._titles.get(phrase[0], ()):
            if all(any(s == section for s, _ in self._titles.get(word, ())) for word in phrase[1:]):
                weights[section] += weight
        spread: Floats = weights[self._window_section]
        return spread

    # Building

    def _build(self) -> None:
        self._number_of = {(p.manual_id, p.ordinal): number for number, p in enumerate(self.passages)}
        self._section_of: list[int] = []
        self._section_range: list[tuple[int, int]] = []
        self._titles: dict[str, list[tuple[int, float]]] = {}
        self._leaf_titles: dict[str, list[int]] = {}
        title_words: list[int] = []
        surfaces: dict[str, int] = {}
        numbers: dict[str, int] = {}
        memo: dict[str, tuple[tuple[tuple[int, int], ...], int]] = {}
        term_ids: list[int] = []
        positions: list[int] = []
        cell_of: list[int] = []
        cell_passage: list[int] = []
        windows: list[tuple[int, int, int]] = []  # first cell, end cell, section
        position = 0
        groups = groupby(range(len(self.passages)), key=self._section_key)
        for section, (_, members) in enumerate(groups):
            chosen = list(members)
            self._section_range.append((chosen[0], chosen[-1] + 1))
            title_words.append(self._index_title(section, self.passages[chosen[0]].section_path))
            first_cell = len(cell_passage)
            for number in chosen:
                passage = self.passages[number]
                self._section_of.append(section)
                cell_passage.append(number)
                filled = 0
                text = analyse.normalise(passage.text)
                for start, end in sentences(passage.text) if len(text) == len(passage.text) else [(0, len(text))]:
                    tokens = analyse.TOKEN.findall(text, start, end)
                    if filled and filled + len(tokens) > CELL_WORDS:
                        cell_passage.append(number)
                        filled = 0
                    filled += len(tokens)
                    for token in tokens:
                        known = memo.get(token)
                        if known is None:
                            pieces, width = analyse.terms_of_token(token)
                            known = (
                                tuple((numbers.setdefault(t, len(numbers)), o) for t, o in pieces),
                                width,
                            )
                            memo[token] = known
                            surfaces[token] = 0
                        surfaces[token] += 1
                        for term_id, offset in known[0]:
                            term_ids.append(term_id)
                            positions.append(position + offset)
                        cell_of.extend([len(cell_passage) - 1] * known[1])
                        position += known[1]
                # A gap, so that no phrase or pair spans two passages.
                cell_of.extend([len(cell_passage) - 1] * 4)
                position += 4
            end_cell = len(cell_passage)
            lasting = range(first_cell, max(first_cell + 1, end_cell - 1))
            windows.extend((cell, min(cell + 2, end_cell), section) for cell in lasting)
        self._title_words = np.maximum(1, np.array(title_words, np.float64))
        self._cell_count = len(cell_passage)
        self._cell_of = np.array(cell_of, np.int32)
        self._store_postings(np.array(term_ids, np.int32), np.array(positions, np.int32), numbers)
        table = np.array(windows, np.int32).reshape(-1, 3)
        self._cells = np.ascontiguousarray(table[:, :2].T)
        self._window_section = np.ascontiguousarray(table[:, 2])
        passage_of = np.array(cell_passage, np.int32)
        self._window_passage = passage_of[table[:, 0]]
        self._window_last = passage_of[table[:, 1] - 1]
        words = np.bincount(self._cell_of, minlength=self._cell_count)
        sums = np.concatenate(([0], np.cumsum(words)))
        lengths = (sums[table[:, 1]] - sums[table[:, 0]]).astype(np.float64)
        self._length_norm = K1 * (1 - B + B * lengths / max(1.0, float(lengths.mean()) if len(lengths) else 1.0))
        self.vocabulary = Vocabulary(
            {**dict.fromkeys(self._titles, 1), **surfaces}, {p.language for p in self.passages}
        )
        self._rarities: dict[str, float] = {}  # bounded by the manual's terms
        self._front = np.array([is_front_matter(p) for p in self.passages], np.bool_)
        self._index_rows()

    def _index_rows(self) -> None:
        self._rows: dict[str, list[int]] = {}
        row_passage: list[int] = []
        row_words: list[int] = []
        for number, passage in enumerate(self.passages):
            for line in passage.text.split("\n"):
                key = {t.text for t in analyse.content(row_key(line))}
                for text in key:
                    self._rows.setdefault(text, []).append(len(row_words))
                if key:
                    row_passage.append(number)
                    row_words.append(len(key))
        self._row_passage = np.array(row_passage, np.int32)
        self._row_words = np.array(row_words, np.float64)

    def _section_key(self, number: int) -> tuple[str, tuple[str, ...]]:
        passage = self.passages[number]
        return passage.manual_id, passage.section_path

    def _index_title(self, section: int, path: tuple[str, ...]) -> int:
        """How many words of the section's own title tell something."""
        weights: dict[str, float] = {}
        for depth, title in enumerate(reversed(path)):
            for term in analyse.terms(title):
                weights.setdefault(term.text, LEAF_TITLE if depth == 0 else UPPER_TITLE)
        for text, weight in weights.items():
            self._titles.setdefault(text, []).append((section, weight))
        leaf = {t.text for t in analyse.content(path[-1])} if path else set()
        for text in leaf:
            self._leaf_titles.setdefault(text, []).append(section)
        return len(leaf)

    def _store_postings(self, term_ids: Ints, positions: Ints, numbers: dict[str, int]) -> None:
        order = np.argsort(term_ids, kind="stable")
        self._positions = positions[order]
        bounds = np.searchsorted(term_ids[order], np.arange(len(numbers) + 1))
        self._offsets = {term: (int(bounds[i]), int(bounds[i + 1])) for term, i in numbers.items()}
