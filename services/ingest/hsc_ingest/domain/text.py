"""Plain text from what a page carries: hyphens at line ends, bullets, numbers of steps."""

import re
import unicodedata

SOFT_HYPHEN = "\u00ad"  # follows a hyphen that a reader's word goes on after
_BULLETS = "•‣◦∙●○■□▪▫◆◇▶►▸❖✓✔➢➤★☆·-–—−*\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf06e\uf075"
PICTURE = "\ue000"  # stands for a picture in the text
_UNNAMED = "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff]"  # glyphs that no letter stands for: icons, mostly
_PICTURES = re.compile(rf"\s*{_UNNAMED}(?:\s*{_UNNAMED})*\s*")
LOST = "[…]"  # what stands where a sentence would silently lose a word: a key's icon
_BULLET = re.compile(rf"([{re.escape(_BULLETS)}])\s*(?=\S)")
_DASHES = "-–—−*"
_STEP = re.compile(r"\(?(\d{1,2}|[a-zA-Z])[.)]\)?\s+(?=\S)")
_STEP_ALONE = re.compile(r"(?:step|schritt|étape|paso|passo)?\s*\(?(\d{1,2})\s*[.):]?\)?", re.IGNORECASE)
_CIRCLED = re.compile(r"([①-⑳❶-❿➀-➉➊-➓])\s*")
_PRESENTED = re.compile("[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]")  # ligatures and joined forms
_SPACED_OUT = re.compile(r"(?:[^\W\d_] ){3,}[^\W\d_]")  # a word set with wide spaces, as logos are
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_KEY = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """White space folded, presentation forms (ligatures) opened, glyphs without a letter gone.

    Where a sentence would lose a word with such a glyph ("press  to save"), LOST says so; before a name
    ("press  MENU") it is taken for an ornament.
    """
    if not text.isascii():
        if _PRESENTED.search(text):
            text = unicodedata.normalize("NFKC", text)
        text = text.replace(SOFT_HYPHEN, "").replace("\ufffe", "")
    if not text.isprintable():
        text = _PICTURES.sub(_picture, text)
        text = "".join(ch if ch.isprintable() or ch.isspace() else " " for ch in text)
    if _SPACED_OUT.fullmatch(text):
        text = text.replace(" ", "")
    if "  " in text or not text.isprintable() or text[:1] == " " or text[-1:] == " ":
        text = _SPACE.sub(" ", text).strip()
    return text


def _picture(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if not before:
        return f"{LOST} " if after.islower() else ""
    name_after = after.isupper() or after.isdigit() or (after and after in '(["“<')
    if name_after or not (before.isalnum() or before in ',)>"”'):
        return " "
    return f" {LOST}" if after in ".,;:!?)>" else f" {LOST} "


def key(text: str) -> str:
    """What two spellings of a heading share: letters and digits, case folded."""
    return _KEY.sub("", text.casefold())


def marker(text: str) -> tuple[str, str, int] | None:
    """Split a list item from its text: ("• ", rest, 0), or ("3. ", rest, 3) for a step; None for plain text."""
    bullet = _BULLET.match(text)
    if bullet:
        if bullet[1] in _DASHES and (bullet.end() == 1 or not text[bullet.end() :][:1].isalnum()):
            return None
        return "• ", text[bullet.end() :], 0
    circled = _CIRCLED.match(text)
    if circled:
        number = int(unicodedata.numeric(circled[1]))
        return f"{number}. ", text[circled.end() :], number
    step = _STEP.match(text)
    if step:
        number = int(step[1]) if step[1].isdigit() else ord(step[1].lower()) - 96
        return f"{step[1]}. ", text[step.end() :], number
    return None


def is_unnamed(character: str) -> bool:
    """A glyph that no letter stands for."""
    return bool(_PICTURES.fullmatch(character))


def is_circled(text: str) -> bool:
    """Begins with a number in a circle."""
    return bool(_CIRCLED.match(text))


def lone_marker(text: str) -> str | None:
    """The marker of a list item that stands in a cell of its own: "• " or "3. "."""
    text = text.strip()
    if text and len(text) <= 2 and text[0] in _BULLETS and not text[1:].strip():
        return "• "
    if _CIRCLED.fullmatch(text):
        return f"{int(unicodedata.numeric(text[0]))}. "
    alone = _STEP_ALONE.fullmatch(text)
    if alone:
        return f"{int(alone[1])}. "
    lettered = re.fullmatch(r"\(?([a-z])[.)]", text)
    return f"{lettered[1]}. " if lettered else None


def joins(left: str, right: str, words: frozenset[str]) -> str:
    """How a line that ends in a hyphen goes on: "" where the hyphen belongs to the word, else what replaces it.

    Returns the left part as it shall stand. `words` are those that the manual has on a line of their own.
    """
    stem = left.rstrip(SOFT_HYPHEN)
    if not stem.endswith("-"):
        return stem
    head = re.search(r"[^\W\d_]+$", stem[:-1])
    tail = re.match(r"[^\W\d_]+", right)
    if not head or not tail or not tail[0].islower():
        return stem
    whole = (head[0] + tail[0]).casefold()
    if f"{head[0]}-{tail[0]}".casefold() in words and whole not in words:
        return stem
    return stem[:-1]
