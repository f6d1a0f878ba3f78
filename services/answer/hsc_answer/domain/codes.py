"""Codes that a device shows and a question repeats: "error 7", "Err 2", "code 12"."""

import re
from itertools import product

from hsc_answer.domain import analyse
from hsc_answer.domain.ranking import ManualIndex

_SHOWN = re.compile(
    r"\b(?:errors?|err|code|fault|alarm|fehler(?:code)?|erreur|errore|código|קוד|שגיאה|תקלה)"
    r"(?:\s+(?:code|message|number|no|nr|kod|שגיאה|תקלה))?\W{0,3}(\d{1,4})\b",
    re.IGNORECASE,
)
_WORDS = ("err", "error", "code", "fault", "alarm", "fehler", "erreur", "errore", "e")


def unknown(question: str, index: ManualIndex) -> bool:
    """Whether a question repeats a numbered code that the manual writes in no form."""
    return any(not _written(found[1], index) for found in _SHOWN.finditer(analyse.normalise(question)))


def _written(number: str, index: ManualIndex) -> bool:
    numbers = (number, number.zfill(2), number.zfill(3), number.lstrip("0") or "0")
    return index.names_row(number, _WORDS) or any(
        index.holds((word, n)) or index.holds((f"{word}{n}",)) for word, n in product(_WORDS, numbers)
    )
