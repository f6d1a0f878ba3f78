"""What small words claim: at least or at most, may or must, under which condition, which of two does what to which.

A sentence may leave things out; it may not turn them, nor add what the manual does not say. English, where words of a
closed class carry the claim; what they are compared with is the manual's `ground`: the titles, and the whole clause
that the quote stands in, so that a quote cannot leave its "not" or "unless" behind.
"""

import re
from collections import Counter
from collections.abc import Collection

from hsc_answer.domain import analyse, claims

HELD = 0.5  # of a condition's words, or of an added part's
PART = 3  # words of a part of a sentence that must stand on something by itself

_NO = r"(?:no|not|never|nor|n['’]t)\s+(?:be\s+|exceed\s+)?"
_OVER = r"(?:more|greater|longer|higher|larger|later|older|faster|heavier) than|over|above|exceed(?:s|ed|ing)?|beyond"
_UNDER = (
    r"(?:less|fewer|smaller|shorter|lower|earlier|younger|slower|lighter) than|under|below|within|up to|as much as|"
    r"as many as"
)
_LOW = rf"at least|minimum|min\.|{_NO}(?:{_UNDER})"
_HIGH = rf"at most|maximum|max\.|limited to|{_NO}(?:{_OVER})|(?:must|do|does|should|can) not exceed|cannot exceed"
_BETWEEN = r"(?:\s+(?:of|is|are|a|the|be|length|size|total)){0,3}[\s:]+"
_BOUNDS = tuple(
    (way, re.compile(rf"\b(?:{before}){_BETWEEN}[-+−]?(\d[\d.,]*)|(?<![\w.])(\d[\d.,]*)\s*[^\W\d]*\s+(?:{after})"))
    for way, before, after in (
        (
            "least",
            _LOW,
            r"or (?:more|longer|higher|later|above|greater|over)\b|at least\b|minimum\b|and (?:up|above)\b",
        ),
        (
            "most",
            _HIGH,
            r"or (?:less|fewer|shorter|lower|earlier|below|smaller|under)\b|at most\b|maximum\b|and below\b",
        ),
        ("over", _OVER, r"and over\b"),
        ("under", _UNDER, r"and under\b"),
    )
)
_SIDE = {"least": "low", "over": "low", "most": "high", "under": "high"}
_SAID = {
    "low": re.compile(
        r"\b(?:at least|min(?:imum)?|more than|over|above|exceed\w*|shortest|smallest|lowest|or \w+er|up)\b"
    ),
    "high": re.compile(
        r"\b(?:at most|max(?:imum)?|up to|less than|under|below|within|longest|largest|highest|limit\w*|or \w+er)\b"
    ),
}
_RANGE = re.compile(r"(?<![\w.])([-+−]?\d[\d.,]*)\s*[^\W\d]*°?\s*(?:to|through|–|—|…|\.\.\.|and|-)\s*([-+−]?\d[\d.,]*)")
_SIZE = re.compile(r"(\d[\d.,]*)\s?([mM])(?=[WVAΩ]\b|[Oo]hm)")

_MUST = re.compile(r"\b(?:must|shall|ha(?:ve|s) to|need(?:s|ed)?|requir\w+|necessary|mandatory|essential|obligatory)\b")
_SHOULD = re.compile(r"\b(?:should|ought|recommend\w*|advis(?:e|ed|able))\b")
_MAY = re.compile(r"\b(?:may|might|can|could|possib\w+|option\w*|able|allow\w*|lets?|permit\w*|want|wish|like)\b")
_HEDGE = re.compile(
    r"(?<!you )\bmay\b|\b(?:might|sometimes|usually|typically|generally|normally|often|occasionally|probably|likely|"
    r"rarely|seldom|some|most)\b"
)
_SURE = re.compile(r"\b(?:will|always|certainly|definitely|never|all|every|guarantee\w*)\b")

_CONDITION = re.compile(
    r"\b(?:(?:but )?only (?:if|when|while|after|for|with|in|on)|if|unless|provided|except|as long as|whenever|when)\b"
    r"\s*([^,;:.!?]*)"
)
_CONDITIONAL = re.compile(
    r"\b(?:only|if|unless|provided|except|as long as|when\w*|while|in case|until|once|after|before|should)\b"
)

# What must not be added: words, and after the colon what may stand for them in the manual.
_ADDED = tuple(
    (frozenset(words.split()), frozenset(f"{words} {others}".split()))
    for words, _, others in (
        line.partition(":")
        for line in """
automatically automatic: auto itself themselves own
always constantly: whenever
only solely exclusively: just alone except
all: every everything entire each any both whole
every: all everything each any both
immediately instantly: once directly soon
permanently permanent forever irreversibly: lost
completely fully entirely totally: whole all
exactly precisely:
wirelessly: wireless bluetooth
simultaneously: same together
unlimited infinite infinitely limitless endless:
guaranteed guarantees: guarantee warranty
safely: safe
waterproof:
""".strip().splitlines()
    )
)
# Of each line one excludes the other.
_EXCLUSIVE = tuple(
    frozenset(line.split())
    for line in """
red green blue yellow orange purple white black amber pink grey brown violet cyan magenta
monday tuesday wednesday thursday friday saturday sunday
january february march april may june july august september october november december
first second third fourth fifth sixth seventh eighth ninth tenth
1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th
single double triple quadruple
daily weekly monthly yearly annually hourly
north south east west
gold silver bronze
""".strip().splitlines()
)
_PREFIX = re.compile(r"^(?:un|dis|non|im|ir|il|de|mis|in)(?=[a-z]{4})")
_ADJECTIVE = re.compile(r"(?:able|ible|ent|ant|ect|ete|ive|ate|ted|ally|ed)$")

_ROLE = re.compile(
    r"\b(to|from|into|onto|in|on|over|than|before|after|by|via|of|with|for)\s+(?:(?:the|a|an|its|your|each|any)\s+)?([^\W\d_]{3,})"
)
_CUT = re.compile(
    r"[,;:()]|\b(?:to|by|when|while|if|before|after|until|which|that|so|because|and|or|from|into|onto|in|on|with|for|of)\b"
)
_LABEL = re.compile(r"(?<=[\w,] )([A-Z])\b(?!['’])")
_JOINT = re.compile(r"\b(?:to|by|which|that|from|into|with|for|of|is|are|be|was|were|been|being)\b")
_PARTS = re.compile(r"[;:]|,|\b(?:and then|then|because|which|so that|but|and)\b")


def turned_bound(sentence: str, ground: str) -> bool:
    """Whether a number is said to be a least or a most that it is not, or two bounds changed their places."""
    said, given = _bounds(sentence), _bounds(ground)
    folded = analyse.normalise(ground)
    for number, ways in said.items():
        for way in ways:
            there = given.get(number)
            if there and way not in there and (_SIDE[way] not in {_SIDE[w] for w in there}):
                return True
            if not there and not _SAID[_SIDE[way]].search(folded):
                return True
    ranges = set(_RANGE.findall(folded))
    return any((high, low) in ranges and (low, high) not in ranges for low, high in _ranges(sentence))


def _bounds(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    taken: set[int] = set()
    folded = _numerals(analyse.normalise(text))
    for way, pattern in _BOUNDS:
        for match in pattern.finditer(folded):
            group = 1 if match[1] else 2
            if match.start(group) not in taken:
                taken.add(match.start(group))
                found.setdefault(match[group].rstrip(".,"), set()).add(way)
    return found


def _numerals(text: str) -> str:
    return claims.WORD.sub(lambda word: claims.WORD_NUMBERS.get(word[0], word[0]), text)


def _ranges(text: str) -> list[tuple[str, str]]:
    return [(low, high) for low, high in _RANGE.findall(analyse.normalise(text)) if low != high]


def other_count(sentence: str, ground: str) -> bool:
    """Whether a number counts, or numbers, what another number does in the manual."""
    given = _counted(ground)
    for number, things in _counted(sentence).items():
        if number not in given:
            continue
        for side, thing in things - given[number]:
            if any((side, thing) in other for n, other in given.items() if n != number):
                return True
    return _of_another(sentence, ground)


def _of_another(sentence: str, ground: str) -> bool:
    """Whether a number is given to what has another one: of voices on 3 and drums on 10, drums on 3."""
    there = [({t for t in part if t.isdecimal()}, {t for t in part if not t.isdecimal()}) for part in _parts(ground)]
    for part in _parts(sentence):
        for number in (t for t in part if t.isdecimal()):
            own = set().union(*(words for numbers, words in there if number in numbers))
            others = set().union(*(words for numbers, words in there if numbers and number not in numbers))
            if own - part and (part & others) - own:
                return True
    return False


def _parts(text: str) -> list[set[str]]:
    """The words and numbers of each part of a text that says something of its own."""
    return [set(_content(part)) for part in _PARTS.split(_numerals(analyse.normalise(text)))]


def _counted(text: str) -> dict[str, set[tuple[str, str]]]:
    """Each number with the words beside it."""
    found: dict[str, set[tuple[str, str]]] = {}
    tokens = analyse.TOKEN.findall(_numerals(analyse.normalise(text)))
    for at, token in enumerate(tokens):
        if token.isdecimal():
            beside = found.setdefault(token, set())
            for side, near in (("after", tokens[at + 1 : at + 2]), ("before", tokens[max(0, at - 1) : at])):
                beside |= {(side, analyse.stem(w)) for w in near if w.isalpha() and w not in analyse.STOP}
    return found


def other_size(sentence: str, ground: str) -> bool:
    """Whether milli became mega, which differ by their case alone."""
    given = dict(_SIZE.findall(ground))
    return any(number in given and given[number] != size for number, size in _SIZE.findall(sentence))


def turned_modal(sentence: str, ground: str) -> bool:
    """Whether may became must, must became may, or what happens sometimes is said to happen."""
    said, given = analyse.normalise(sentence), analyse.normalise(ground)
    must, should, may = (len(p.findall(said)) - len(p.findall(given)) for p in (_MUST, _SHOULD, _MAY))
    if (must > 0 > min(should, may)) or (should > 0 > min(must, may)) or (may > 0 > min(must, should)):
        return True
    weak = bool(_MAY.search(said) or _SHOULD.search(said) or _HEDGE.search(said))
    hedged = _HEDGE.search(given) or _MAY.search(given)
    if hedged and not weak and _SURE.search(said) and not _SURE.search(given):
        return True
    return _uncertain(given) and not weak and not _CONDITIONAL.search(said)


def _uncertain(ground: str) -> bool:
    return re.search(r"(?<!you )\bmay\b|\b(?:might|sometimes|occasionally|rarely|seldom)\b", ground) is not None


def lost_condition(sentence: str, near: str, question: str) -> bool:
    """Whether a condition was left out that neither the sentence nor the question says in any words."""
    said = {t.text for t in analyse.terms(f"{sentence} {question}")}
    conditions = _CONDITION.findall(analyse.normalise(near))
    if len(_CONDITIONAL.findall(analyse.normalise(sentence))) >= len(conditions):
        return False
    held = ({t.text for t in analyse.terms(condition) if t.text not in analyse.STOP} for condition in conditions)
    return any(words and len(words & said) < HELD * len(words) for words in held)


def added(sentence: str, ground: str) -> bool:
    """Whether a sentence says "automatically", "always", "only" and the like on its own account."""
    said, given = claims.words(sentence), claims.words(ground)
    return any(sum(w in words for w in said) > sum(w in stand_ins for w in given) for words, stand_ins in _ADDED)


def other_of_a_kind(sentence: str, ground: str) -> bool:
    """Whether another colour, day or place in a row is named than the manual names, or a word lost or got its "un-"."""
    said, given = Counter(_tokens(sentence)), Counter(_tokens(ground))
    fresh, gone = set(said - given), set(given - said)
    if any(fresh & group and gone & group for group in _EXCLUSIVE):
        return True
    fresh, gone = fresh - set(given), gone - set(said)
    return any(_without_prefix(word) in gone for word in fresh) or any(_without_prefix(word) in fresh for word in gone)


def _tokens(text: str) -> list[str]:
    return analyse.TOKEN.findall(analyse.normalise(text))


def _without_prefix(word: str) -> str:
    found = _PREFIX.match(word)
    if not found or (found[0] == "in" and not _ADJECTIVE.search(word)):
        return ""
    return word[found.end() :]


def swapped(sentence: str, near: str) -> bool:
    """Whether two things that the manual names changed their places: the pedal to the jack, the jack to the pedal."""
    said, given = analyse.normalise(sentence), analyse.normalise(near)
    said_words = {analyse.stem(w) for w in claims.words(said)}
    heads: dict[str, set[str]] = {}
    for preposition, head in _ROLE.findall(given):
        heads.setdefault(preposition, set()).add(analyse.stem(head))
    given_words = {analyse.stem(w) for w in claims.words(given)}
    mine: dict[str, set[str]] = {}
    for preposition, head in _ROLE.findall(said):
        mine.setdefault(preposition, set()).add(analyse.stem(head))
    for preposition, these in mine.items():
        there = heads.get(preposition, set())
        moved = {h for h in these - there if h in given_words and h not in analyse.STOP}
        left = {h for h in there - these if h in said_words and h not in analyse.STOP}
        if moved and left:
            return True
    return _reordered(_labelled(sentence), _labelled(near))


def _labelled(text: str) -> str:
    """A text whose single capitals (slot A) are words of their own."""
    return analyse.normalise(_LABEL.sub(r"label\1", text))


def _reordered(said: str, given: str) -> bool:
    """Whether the same words stand in another order within one part of the sentence."""
    ours, theirs = _content(said), _content(given)
    if Counter(ours) != Counter(theirs) or _joints(said) != _joints(given):
        return False
    place = {word: at for at, word in enumerate(theirs) if theirs.count(word) == 1}
    parts = [[place[w] for w in _content(part) if w in place] for part in _CUT.split(said)]
    return any(part != sorted(part) for part in parts)


def _joints(text: str) -> Counter[str]:
    return Counter(_JOINT.findall(text))


def _content(text: str) -> list[str]:
    return [t.text for t in analyse.terms(text) if t.text not in analyse.STOP]


def unfounded_part(sentence: str, ground: str, names: Collection[str]) -> bool:
    """Whether a part of the sentence, of several words, has hardly one of the manual's."""
    given = {t.text for t in analyse.terms(" ".join((ground, *names)))}
    for part in _PARTS.split(analyse.normalise(sentence)):
        words = {t.text for t in analyse.terms(part) if t.text not in analyse.STOP}
        if len(words) >= PART and len(words & given) < len(words) / PART:
            return True
    return False
