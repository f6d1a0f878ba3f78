"""Questions that go on from the one before: "and how do I save it?"."""

import re
from collections.abc import Sequence

from hsc_answer.domain import analyse
from hsc_answer.domain.passage import fold

FEW = 3  # a question with more words of its own than this stands alone, however it begins
REACH = 3  # how many turns back a chain of follow-ups is followed

_OPENS = re.compile(
    r"^\W*(?:and|but|also|then|what about|how about|what else|so how|so what|ok(?:ay)?,? and|"
    r"und|aber|und dann|was ist mit|y|pero|y luego|et|mais|et puis|e|ma|e poi|"
    r"ואיך|ואיפה|ומה|ומתי|ולמה|והאם|וכיצד|ואם|ומאיפה|אז איך|אז מה|ואז|מה לגבי|מה עם|וכמה)\b"
)


def resolve(question: str, before: Sequence[str]) -> str:
    """The question, with what it leaves out on a line of its own: the question(s) it goes on from.

    `before` are the earlier questions about the same product, oldest first. A question that stands alone comes back as
    one line. The index weighs the second line less, so the question's own words lead.
    """
    asked = fold(question)
    missing: list[str] = []
    last = asked
    for earlier in reversed(before[-REACH:]):
        if not depends(last):
            break
        last = fold(earlier)
        missing.insert(0, last)
    return f"{asked}\n{' '.join(missing)}" if missing else asked


def depends(question: str) -> bool:
    """Whether a question needs the one before it to be understood.

    It does when it has no word of its own, or goes on in so many words ("and …"). A pronoun alone tells nothing: "it"
    is the product, which is known.
    """
    text = analyse.normalise(question)
    own = {t.text for t in analyse.terms(text) if t.text not in analyse.STOP and t.surface not in analyse.STOP}
    if not own:
        return True
    if any(analyse.is_model_token(word) for word in own):
        return False
    return bool(_OPENS.search(text)) and len(own) <= FEW
