"""Questions that go on from the one before: "and how do I save it?"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from hsc_answer.domain import analyse

FEW = 3  # a question with more words of its own than this stands alone, pronouns or not
REACH = 3  # how many turns back a chain of follow-ups is followed

_OPENS = re.compile(
    r"^\W*(?:and|but|also|then|what about|how about|what else|so how|so what|ok(?:ay)?,? and|"
    r"ואיך|ואיפה|ומה|ומתי|ולמה|והאם|וכיצד|ואם|ומאיפה|אז איך|אז מה|ואז|מה לגבי|מה עם|וכמה)\b"
)
_POINTS = re.compile(
    r"\b(?:it|its|them|they|those|these|that|this one|that one|the same|there|"
    r"אותו|אותה|אותם|אותן|זה|זאת|זו|אלה|אלו|ממנו|ממנה|שלו|שלה|בו|בה|שם)\b"
)


class Turn(NamedTuple):
    """A question of the session and the answer it got (empty where there was none)."""

    question: str
    answer: str = ""


def context_of(question: str, turns: Sequence[Turn]) -> str:
    """What an elliptic question leaves out: the question(s) before it, oldest first; "" where it stands alone.

    `turns` are those of the session about the same product, oldest first. Give the result to `search`, `write` and
    `confidence` as their `context`.
    """
    missing: list[str] = []
    asked = question
    for turn in reversed(turns[-REACH:]):
        if not depends(asked):
            break
        missing.insert(0, turn.question)
        asked = turn.question
    return " ".join(missing)


def depends(question: str) -> bool:
    """Whether a question needs the one before it to be understood."""
    text = analyse.normalise(question)
    own = {t.text for t in analyse.terms(text) if t.text not in analyse.STOP and t.surface not in analyse.STOP}
    if not own:
        return True
    if any(analyse.is_model_token(word) for word in own):
        return False
    return (bool(_OPENS.search(text)) or bool(_POINTS.search(text))) and len(own) <= FEW
