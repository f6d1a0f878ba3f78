"""Predict: from the typed text to candidates with calibrated confidence."""

from collections.abc import Iterator
from itertools import compress, islice
from math import log

from hsc_prediction.domain import spans, twins
from hsc_prediction.domain.alphabet import KEY_LENGTH, LATIN, LATIN_CODE, spelt
from hsc_prediction.domain.alternatives import alternative_spans, alternatives, share_among_meanings
from hsc_prediction.domain.calibrate import Calibration
from hsc_prediction.domain.given_names import GIVEN_NAMES
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.layout import has_hebrew, other_layout
from hsc_prediction.domain.order import out_of_order
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.product import Candidate, Prediction
from hsc_prediction.domain.query import Query, Word, read, with_open_end_as_support
from hsc_prediction.domain.rank import Scored, score
from hsc_prediction.domain.readings import (
    LONG,
    Reading,
    covered_atoms,
    edited,
    exact_spans,
    locate,
    strongest,
    unexplained,
    whole_in,
)
from hsc_prediction.domain.split import apart
from hsc_prediction.domain.support_words import COLOUR_WORDS, POINTING_WORDS, WANTING_WORDS, begins_support_word

MAX_TEXT = 512
# Confidence is computed over this many names, and those less than so many nats behind the best.
WEIGHED, FAR = 10, 3.0
# Beyond what was asked for, so many candidates are kept: members of a group, and what speaks against a lock.
SPARE = 16
UNKNOWN_WORD = 5.0
# Who leaves out more letters of a name has not only left out its brand.
BRAND_LETTERS = 16
# In texts of more words than this somebody tells a story: that no product has all of them says nothing.
CONTRADICTED = 5
# A person's name has at most so many words.
PERSON = 3


# Products of equal brand and name: their numbers among the scored candidates, best first.
Group = list[int]


def predict(index: Index, text: str, limit: int, prior: Prior, calibration: Calibration | None = None) -> Prediction:
    """The products a text may mean, best first, at most `limit`; of a text only 512 characters are read."""
    text = text[:MAX_TEXT]
    query, scored = find(index, text, prior, limit)
    groups = grouped(scored)
    if not groups:
        return Prediction((), "", text.strip())
    calibration = calibration or Calibration.shipped()
    near = weighed(scored, groups)
    confidence = calibration.confidence(features(index, query, scored, near))
    ranks = sorted(range(len(near)), key=confidence.__getitem__, reverse=True)
    top = near[ranks[0]]
    others = [group for group in groups[:WEIGHED] if group is not top]
    locked = lock(index, query, scored, top, others, confidence[ranks[0]])
    sure_of = [(near[i], confidence[i]) for i in ranks]
    sure_of += [(group, 0.0) for group in groups[len(near) :]]
    out = []
    alike: dict[tuple[float, ...], list[str]] = {}
    for group, candidate, sure in islice(_order(sure_of, locked), limit):
        product = index.product(scored.rows[candidate])
        hits = tuple(scored.hits[candidate])
        if (letters := alike.get(hits)) is None:
            letters = alike[hits] = [spans.letters_of(r.low, r.length) for r in chosen(scored, candidate)]
        marked = spans.matched_spans(product.name, letters)
        members = len(group)
        several = f"{product.brand_id or product.brand_name}/{product.name}" if members > 1 else ""
        out.append(Candidate(product, sure / members, several, marked, locked and group is top, sure))
    worth = scored.shares[top[0]]
    for word in query.words:
        if word.support:
            worth[word.first : word.last] = [0.0] * (word.last - word.first)
    product_text, question_text = spans.split(text, *spans.mention(query, worth))
    return Prediction(tuple(out), product_text, question_text)


def find(index: Index, text: str, prior: Prior, limit: int) -> tuple[Query, Scored]:
    """Read the text as typed and, where that explains little, as typed in the other keyboard layout."""
    query, scored = look_up(index, read(text), prior, limit)
    content = [word.letters for word in query.words if not word.support]
    # In a longer text the wrong letters would have been noticed; a given name is typed as it should be.
    if (
        len(query.atoms) <= LONG
        and has_hebrew(text)
        and not any(atom.kind == LATIN for atom in query.atoms)
        and content
        and content[0] not in GIVEN_NAMES
    ):
        other, again = look_up(index, read(other_layout(text)), prior, limit)
        if explained_score(other, again) > explained_score(query, scored):
            return other, again
    return query, scored


def explained_score(query: Query, scored: Scored) -> float:
    """The best score, as far as the letters of the text have a part in it."""
    if not scored.rows:
        return 0.0
    best = scored.shares[0]
    letters = sum(len(atom.codes) for atom in query.atoms)
    found = sum(len(atom.codes) for i, atom in enumerate(query.atoms) if best[i] > 0 or i in query.support)
    return scored.score[0] * found / letters


def look_up(index: Index, query: Query, prior: Prior, limit: int) -> tuple[Query, Scored]:
    """Find and score the products for a text that was read; with it the query, its runs of words taken apart."""
    found = locate(index, exact_spans(query))
    covered = covered_atoms(index, query, found)
    if (parted := apart(index, query, covered)) is not None:
        query = parted
        found = locate(index, exact_spans(query))
        covered = covered_atoms(index, query, found)
    other = locate(index, alternative_spans(query, alternatives(index, query, covered)))
    for r in other:
        covered[r.first : r.last] = [True] * (r.last - r.first)
    share_among_meanings(index, found, other)
    found += other
    found += locate(index, out_of_order(query))
    slips = unexplained(query, found, covered)
    found += locate(index, edited(index, query, slips))
    scored = score(index, query, strongest(found), prior, limit + SPARE)
    if more := locate(index, edited(index, query, contradicted(query, scored, slips))):
        found += more
        scored = score(index, query, strongest(found), prior, limit + SPARE)
    return _last_word(index, query, scored), scored


def contradicted(query: Query, scored: Scored, tried: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches to look for with a slip where no product explains all that was typed.

    A slip may hit what is another product: no HP has a 4055, but others do.
    """
    if not scored.rows:
        return []
    support, shares = query.support, scored.shares[0]
    content = [span for span in query.compounds if not support.issuperset(range(*span))]
    if len(content) > CONTRADICTED or all(min(shares[first:last]) > 0 for first, last in content):
        return []
    sizes = [(span, sum(len(atom.codes) for atom in query.atoms[span[0] : span[1]])) for span in content]
    return [span for span, letters in sizes if 3 <= letters <= KEY_LENGTH and span not in tried]


def _last_word(index: Index, query: Query, scored: Scored) -> Query:
    """The query, its last word taken for a support word where it is half of one and no part of the best name.

    A whole word of the catalogue is none (`r8 pro`): it may be what sets another product apart.
    """
    if not (query.open_end and len(query.words) > 1 and scored.rows) or query.words[-1].support:
        return query
    last = query.words[-1]
    half = not any(scored.shares[0][last.first : last.last]) and begins_support_word(last.letters)
    return with_open_end_as_support(query) if half and not _is_word(index, scored, last) else query


def _is_word(index: Index, scored: Scored, word: Word) -> bool:
    """Whether the catalogue has these very letters as a word."""
    typed = (r for r in scored.readings if r.exact and (r.first, r.last) == (word.first, word.last))
    return any(
        high > low and whole_in(segment, (low, high), r.length)
        for r in typed
        for (segment, _), (low, high) in zip(index.segments, r.ranges, strict=True)
    )


def grouped(scored: Scored) -> list[Group]:
    """The candidates, best first, products of equal brand and name together."""
    groups: dict[int, Group] = {}
    for candidate, name in enumerate(scored.group):
        groups.setdefault(name, []).append(candidate)
    return list(groups.values())


def weighed(scored: Scored, groups: list[Group]) -> list[Group]:
    """The groups near enough to the best for their confidence to matter."""
    least = scored.score[groups[0][0]] - FAR
    return [group for group in groups[:WEIGHED] if scored.score[group[0]] >= least]


def features(index: Index, query: Query, scored: Scored, groups: list[Group]) -> list[tuple[float, ...]]:
    """What confidence is computed from: one row a group, columns as in `calibrate.FEATURES`."""
    atoms, content = query.atoms, _content(query)
    letters = [len(a.codes) for a in atoms]
    person, models = _person(index, query), _models(query)
    unknown, could = 0, 0.0
    for i in content:
        if most := scored.most[i]:
            could += most
        elif letters[i] >= 2:
            unknown += 1
            could += UNKNOWN_WORD
    could = could or 1.0
    best = scored.score[groups[0][0]]
    full = log(index.count + 2)
    several = len(query.words) > 1
    beside = {word.letters for word in query.words if word.support}
    wanting = not unknown and (
        not beside.isdisjoint(WANTING_WORDS) or (len(query.words) == 2 and not beside.isdisjoint(POINTING_WORDS))
    )
    exact = scored.as_typed()
    out: list[tuple[float, ...]] = []
    alike: dict[tuple[float, ...], tuple[list[float], list[int], float, int, float, int]] = {}
    for group in groups:
        candidate = group[0]
        hits = tuple(scored.hits[candidate])
        if (matched := alike.get(hits)) is None:  # candidates that match alike are many
            typed = row = scored.shares[candidate]
            if exact is not None:
                typed = [max([hits[at] * part for at, part in found], default=0.0) for found in exact]
            said = [i for i in content if row[i] > 0]
            letters_found = sum(compress(letters, row))
            evidence = sum([row[i] for i in said])
            elsewhere = sum([row[i] <= 0 < scored.most[i] for i in content])
            edited_part = 1 - sum(typed) / max(sum(row), 1e-6)
            matched = alike[hits] = typed, said, evidence, letters_found, edited_part, elsewhere
        typed, said, evidence, found, edited_part, elsewhere = matched
        named, product = scored.letters[candidate], index.product(scored.rows[candidate])
        covered = min(1.0, found / max(1, named))
        somebody = person != "" and person not in twins.parts(product.name)
        strength, explained = 0.0 if somebody else min(1.5, evidence / full), evidence / could
        telling = [i for i in said if atoms[i].letters not in COLOUR_WORDS] or said[:1]
        lone = several and len(telling) == 1 and covered < 0.5
        lone = lone and not (typed[telling[0]] > 0 and atoms[telling[0]].codes[-1] < LATIN_CODE)
        coined = lone and wanting and typed[telling[0]] > 0
        coined = coined and twins.begins_with(product.name, product.brand_name, atoms[telling[0]].letters)
        whole = named - found <= BRAND_LETTERS and twins.says_all_of(query, product)
        model = any(m in twins.parts(product.name) or m in twins.parts(product.sku) for m in models)
        behind, strange = best - scored.score[candidate], min(unknown, 4)
        said_so = (lone, coined, whole, model)
        out.append((1.0, behind, explained, strength, edited_part, covered, strange, elsewhere, *said_so))
    return out


def _content(query: Query) -> list[int]:
    """The atoms that say which product is meant; a support word that a hyphen joins to others is one of them."""
    support = set(query.support)
    for first, last in query.compounds:
        if support and not support.issuperset(range(first, last)):
            support.difference_update(range(first, last))
    return [i for i in range(len(query.atoms)) if i not in support]


def _models(query: Query) -> set[str]:
    """The typed words with letters and digits, joined over hyphens."""
    words = ("".join([atom.letters for atom in query.atoms[first:last]]) for first, last in query.compounds)
    return {word for word in words if len(word) >= twins.MODEL and not word.isalpha() and not word.isdigit()}


def _person(index: Index, query: Query) -> str:
    """The given name and the word behind it, joined, where a text of few words begins with a given name."""
    words = [word.letters for word in query.words if not word.support]
    if not 0 < len(words) <= PERSON or words[0] not in GIVEN_NAMES or any(w[-1].isdigit() for w in words):
        return ""
    return "" if spelt(words[0])[2] in index.brands else "".join(words[:2])


def lock(index: Index, query: Query, scored: Scored, top: Group, others: list[Group], confidence: float) -> bool:
    """Whether the group is sure: confident, said exactly, and no twin open."""
    candidate = top[0]
    if confidence < twins.LOCK_AT:
        return False
    product = index.product(scored.rows[candidate])
    if not twins.says_it(query, product, scored, candidate):
        return False
    whole = twins.says_models_whole(query, product) and not twins.goes_on(query, product)
    if not (whole or twins.gives_number(query, product)):
        return False
    went_on = bool(query.words) and query.words[-1].support
    complete = went_on and twins.says_all_of(query, product)
    return not twins.open_twin(scored, candidate, [group[0] for group in others], complete)


def chosen(scored: Scored, candidate: int) -> list[Reading]:
    """The readings that explain a candidate best, none of them twice for the same atoms."""
    worth = scored.hits[candidate]
    taken: set[int] = set()
    out: list[Reading] = []
    for at in sorted(compress(range(len(worth)), worth), key=worth.__getitem__, reverse=True):
        r = scored.readings[at]
        if not taken.issuperset(r.atoms):
            taken.update(r.atoms)
            out.append(r)
    return out


def _order(groups: list[tuple[Group, float]], locked: bool) -> Iterator[tuple[Group, int, float]]:
    """Three different names first, so that one name's many members do not hide the others; then the members.

    Of a name that is locked all members come first: the choice left is among them.
    """
    if locked:
        top, sure = groups[0]
        yield from ((top, member, sure) for member in top)
    others = groups[locked:]
    shown = 3 - locked
    yield from ((group, group[0], sure) for group, sure in others[:shown])
    yield from ((group, member, sure) for group, sure in others if len(group) > 1 for member in group[1:])
    yield from ((group, group[0], sure) for group, sure in others[shown:])
