"""What must never stand in a log line, and how it is taken out."""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

HIDDEN = "[hidden]"
_NAMES = r"(?:TOKEN|KEY|PASSWORD|SECRET|DSN)"
_VARIABLE = re.compile(rf"(?:^|_){_NAMES}$")
_SHORTEST = 6
# Credentials of any origin: a bearer token, the user part of a URL, a field that is named like a secret.
_SHAPES = re.compile(
    r"(?P<bearer>(?i:bearer)\s+)[\w.~+/=-]+"
    r"|(?P<scheme>[a-z][a-z0-9+.-]*://)[^\s/@\"]+@"
    r"|(?P<field>\"(?i:\w*(?:authorization|cookie|password|secret|token|api_?key))\":\s*)\"(?:[^\"\\]|\\.)*\"",
    re.ASCII,
)


def _without(match: re.Match[str]) -> str:
    if (bearer := match["bearer"]) is not None:
        return f"{bearer}{HIDDEN}"
    if (scheme := match["scheme"]) is not None:
        return f"{scheme}{HIDDEN}@"
    return f'{match["field"]}"{HIDDEN}"'


class Hider:
    """Takes secrets out of a finished line: those of the environment by value, all others by shape."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        values = {v for name, v in environment.items() if _VARIABLE.search(name.upper())}
        values |= {unquote(p) for name, v in environment.items() if name.endswith("_URL") and (p := _password(v))}
        known = sorted((re.escape(v) for v in values if len(v) >= _SHORTEST), key=len, reverse=True)
        self._values = re.compile("|".join(known)) if known else None

    def __call__(self, line: str) -> str:
        """Return the line without its secrets."""
        line = _SHAPES.sub(_without, line)
        return self._values.sub(HIDDEN, line) if self._values else line


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        return None
