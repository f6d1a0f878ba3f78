"""A question in a language that the manual lacks, put into the manual's by a model, and whether that may be trusted."""

from collections import Counter

from hsc_answer.domain import analyse, languages
from hsc_answer.domain.ranking import ManualIndex

LONGEST = 4  # times the question


def needed(question: str, index: ManualIndex) -> str:
    """The language (BCP 47) to translate a question into before the search; empty where it can be asked as it is."""
    spoken = Counter(p.language for p in index.passages if p.language)
    asked = languages.detect(question.partition("\n")[0])
    if not asked or asked in spoken or not (spoken or analyse.is_hebrew(question)):
        return ""
    return spoken.most_common(1)[0][0] if spoken else "en"


def sound(question: str, translated: str) -> bool:
    """Whether a translation may stand for the question.

    It has the question's lines, is no essay, and every number, code and model of the question, and no other, is in it:
    another number is another question.
    """
    lines, said = question.split("\n"), translated.split("\n")
    return (
        len(lines) == len(said)
        and all(line.strip() for line in said)
        and len(translated) <= LONGEST * len(question) + 40
        and all(_figures(line) == _figures(put) for line, put in zip(lines, said, strict=True))
    )


def _figures(text: str) -> Counter[str]:
    return Counter(t.text for t in analyse.terms(text) if any(c.isdigit() for c in t.text))
