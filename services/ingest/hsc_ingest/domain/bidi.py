"""Text set from right to left, back to the order in which it is read (Unicode Standard Annex 9, backwards).

A PDF tells where each character stands, not in which order it is read. In a line of Hebrew or Arabic, words of Latin
letters and numbers run from left to right: they are kept whole, and everything else is turned round.
"""

import re
import unicodedata
from collections.abc import Sequence

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]")
# A unit stands after its number, yet in such a line to the left of it: "450 mA" is set "mA 450".
_UNIT = re.compile(
    r"(?:[µmkMGT]?(?:Hz|A|V|W|Ω|B|g|m|s|F|bps|bit|byte|bytes)|dB[A-Za-z]*|[cmk]m|kg|min|ohms?|MIDI|BPM|fps|GB|MB|in|ft|lbs?|x)"
)
_TURNED = re.compile(rf"\s[,.;:]\w|\s[,.;:]\s|(?:^|\s){_UNIT.pattern}\s\d")  # signs that figures were turned round
_FRAMED = re.compile(r"\s([.,;:])(?=\s|$)")  # the frame of a key parts it from the full stop after it
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def is_right_to_left(text: str) -> bool:
    """More letters of right-to-left scripts than of others."""
    return len(RIGHT_TO_LEFT.findall(text)) > len(_LATIN.findall(text))


def logical(visual: Sequence[str]) -> str:
    """The characters of one line, given from left to right as they stand, in reading order."""
    kinds = _kinds(visual)
    line = "".join(visual)
    if "R" not in kinds and not _TURNED.search(line):
        return " ".join(line.split())
    parts: list[str] = []
    index = 0
    while index < len(visual):
        end = _island(visual, kinds, index) if kinds[index] in "LN" else index + 1
        parts.append("".join(visual[index:end]))
        index = end
    turned = "".join(reversed(parts))
    opening, closing = turned.find("("), turned.find(")")
    if 0 <= closing < (opening if opening >= 0 else len(turned)):
        turned = turned.translate(_MIRRORED)
    return _FRAMED.sub(r"\1", " ".join(turned.split()))


def _kinds(visual: Sequence[str]) -> list[str]:
    """L and R for letters, N for numbers with their signs, a blank for the rest."""
    classes = [unicodedata.bidirectional(ch[0]) if ch else "ON" for ch in visual]
    kinds = [{"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}.get(c, " ") for c in classes]
    last = len(kinds) - 1
    for i, c in enumerate(classes):
        if c in ("CS", "ES") and 0 < i < last and kinds[i - 1] == "N" and kinds[i + 1] == "N":
            kinds[i] = "N"
    for i, c in enumerate(classes):
        if c == "ET" and ((i and kinds[i - 1] == "N") or (i < last and kinds[i + 1] == "N")):
            kinds[i] = "N"
    return kinds


def _island(visual: Sequence[str], kinds: Sequence[str], start: int) -> int:
    """The end of the stretch from `start` that runs from left to right."""
    end = start
    while end < len(kinds):
        while end < len(kinds) and kinds[end] in "LN":
            end += 1
        beyond = end
        while beyond < len(kinds) and kinds[beyond] == " ":
            beyond += 1
        if beyond >= len(kinds) or kinds[beyond] == "R" or ("L" not in kinds[start:end] and kinds[beyond] == "N"):
            return end
        between = "".join(visual[end:beyond])
        if between[:1] == " " and between[-1] in ",;:.":  # the comma hangs on the word to its right
            return end
        if kinds[beyond] == "N" and _UNIT.fullmatch("".join(visual[start:end])):
            return end
        end = beyond
    return end
