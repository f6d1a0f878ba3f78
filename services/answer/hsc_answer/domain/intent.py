"""What kind of answer a question wants: steps, or a value, and then of what."""

import re

_HOW = re.compile(
    r"\bhow\b|\bsteps?\b|\bprocedure\b|^\s*(?:can|is it possible)\b|איך|כיצד|\bwie\b|\bcómo\b|\bcomment\b|\bcome\b",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"\W*(?:(?:can|could)(?! (?:i|you|we|one)\b)|may|is|are|does|do|will|has|have|must|should|"
    r"kann|ist|sind|hat|gibt|muss|puedo|puede|tiene|es|está|האם)\b(?!.*\bhow\b)",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\bhow (?:many|much|long|far|often|fast|loud|heavy|big|large|high|deep|wide|old|precise|hot)\b"
    r"|\b(?:maximum|minimum|longest|shortest|range|rate|weight|weigh|size|number|frequency|voltage|temperature|"
    r"default|capacity|distance|duration|latency|consumption|channel|version)\b|כמה|טווח|תדר|משקל|גודל|באיזה ערוץ|מרחק"
    r"|\bwie (?:viele?|lange|weit|oft|schnell|laut|schwer|gro(?:ß|ss)|hoch|tief|breit|alt|heiß)\b|\bcu[aá]nt[oa]s?\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\brange\b|\bfrom\b.*\bto\b|טווח|תחום", re.IGNORECASE)
_WHICH_NUMBER = re.compile(
    r"\b(?:cc|control(?:ler)?s?|number|no|program(?:me)?|preset|kit|parameter|slot|midi)\b|מספר", re.IGNORECASE
)
_MOST = re.compile(
    r"\bhow (?:many|much|far|high|deep|large|big|loud)\b|\bmaximum\b|\bmost\b|\blongest\b|\bup to\b|כמה|לכל היותר"
    r"|\bwie (?:viele?|weit|hoch|gro(?:ß|ss))\b|\bcu[aá]nt[oa]s\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"\b(?:at most|up to|no more than|maximum|max|limited to|höchstens|maximal|bis zu|como máximo|hasta)\b"
    r"|לכל היותר|\bעד\b",
    re.IGNORECASE,
)
# What a question names, and the units its answer is in, as `claims.UNIT_OF` spells them.
_MEASURES = (
    (r"\bweigh|\bheavy\b|שוקל|משקל|\bwiegt\b|\bschwer\b|\bpesa\b", "kg g lb oz"),
    (r"\bcurrent\b(?!ly)", "a ma"),
    (r"\bvoltage\b|\bvolts?\b|מתח|\bspannung", "v mv kv"),
    (r"\bwatts?\b|\bpower consumption\b|הספק", "w mw kw"),
    (r"\bsampl(?:e|ing) rate|\bfrequenc|תדר|\bfrequenz", "hz khz mhz ghz"),
    (r"\btemperature\b|\bhot\b|\bcold\b|טמפרטורה|\btemperatur", "c f"),
    (r"\bgain\b|\bhow loud\b|הגבר", "db"),
    (r"\bhow (?:far|tall|wide|deep)\b|\bdistance\b|מרחק", "mm cm m km in ft"),
)
_UNITS_OF = tuple((re.compile(words, re.IGNORECASE), frozenset(units.split())) for words, units in _MEASURES)
_DURATION = re.compile(r"\bhow (?:long|often|old)\b|\bwie (?:lange|oft)\b|\bcuánto tiempo\b|כמה זמן", re.IGNORECASE)
_TIME = re.compile(
    r"\d\S*\s*(?:[mµ]?s|min|h|seconds?|minutes?|hours?|days?|weeks?|months?|years?|sekunden?|minuten?|stunden?|tage?n?|"
    r"segundos?|minutos?|horas?|días?|שניות|דקות|שעות|ימים)\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|zwei|drei|"
    r"vier|fünf|sechs|sieben|acht|neun|zehn)\s+(?:seconds|minutes|hours|days|years|sekunden|minuten|stunden)\b|שניות|דקות",
    re.IGNORECASE,
)


def asks_how(question: str) -> bool:
    """Whether a question asks what to do, and so for steps."""
    return _HOW.search(question) is not None and not asks_value(question)


def asks_whether(question: str) -> bool:
    """Whether a question wants yes or no; "can I …?" wants to know how."""
    return _WHETHER.match(question) is not None


def asks_value(question: str) -> bool:
    """Whether a question asks for a number: how many, how long, what size."""
    return _VALUE.search(question) is not None


def asks_range(question: str) -> bool:
    """Whether a question asks for two bounds."""
    return _RANGE.search(question) is not None


def asks_which_number(question: str) -> bool:
    """Whether a question asks for the number that a list gives a thing: its controller, program, preset."""
    return _WHICH_NUMBER.search(question) is not None


def asks_duration(question: str) -> bool:
    """Whether a question asks for a time."""
    return _DURATION.search(question) is not None


def tells_duration(text: str) -> bool:
    """Whether a text has a time in it."""
    return _TIME.search(text) is not None


def asks_most(question: str) -> bool:
    """Whether a question asks for a number that may be a limit."""
    return _MOST.search(question) is not None


def tells_limit(text: str) -> bool:
    """Whether a text says that something is at most so much."""
    return _LIMIT.search(text) is not None


def units_asked(question: str) -> frozenset[str]:
    """The units that the answer to a question is in, as `claims.UNIT_OF` spells them; empty where it does not show."""
    return frozenset().union(*(units for words, units in _UNITS_OF if words.search(question)))
