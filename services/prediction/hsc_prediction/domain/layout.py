"""Text typed in the wrong keyboard layout: Hebrew for Latin, and the other way round (layout SI 1452)."""

import re

_LATIN_KEYS = "qwertyuiopasdfghjkl;'zxcvbnm,./"
_HEBREW_KEYS = "/'קראטוןםפשדגכעיחלךף,זסבהנמצתץ."
_HEBREW = re.compile("[א-ת]")
_TO_LATIN = str.maketrans(_HEBREW_KEYS, _LATIN_KEYS)
_TO_HEBREW = str.maketrans(_LATIN_KEYS, _HEBREW_KEYS)


def has_hebrew(text: str) -> bool:
    """Whether a text has Hebrew letters."""
    return _HEBREW.search(text) is not None


def other_layout(text: str) -> str:
    """The same keys pressed in the other layout; character for character."""
    return text.translate(_TO_LATIN) if has_hebrew(text) else text.lower().translate(_TO_HEBREW)
