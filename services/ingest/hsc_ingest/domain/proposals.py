"""Which links on a maker's site may be a product's manual: do they name its model, what do they call themselves."""

import re
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

_RUN = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[a-z0-9]", re.IGNORECASE)
_LETTERS_THEN_DIGITS = re.compile(r"(?<=[a-z])(?=\d)", re.IGNORECASE)

_SAYS_MANUAL = re.compile(
    r"manual|guide|handbook|handbuch|anleitung|owners?\b|instruction|reference|getting.started|quick.?start|addendum"
    r"|supplement|implementation|mode.d.emploi|istruzioni|guida|brugs|handleiding",
    re.IGNORECASE,
)
_LEADS_TO_MANUALS = re.compile(r"support|download|document|resource", re.IGNORECASE)
_NO_MANUAL = re.compile(
    r"brochure|catalog|declaration|conformity|warranty|firmware|driver|release.note|data.?sheet|poster|licen[cs]e"
    r"|press|leaflet|price",
    re.IGNORECASE,
)
_NO_DOCUMENT = re.compile(
    r"\.(?:zip|exe|dmg|pkg|msi|jpe?g|png|gif|svg|webp|mp[34]|wav|mov|css|js|xml|json|docx?|xlsx?)$", re.IGNORECASE
)


class Role(IntEnum):
    """What a document is to the reader; the one wanted first is the smallest."""

    OWNERS = 0
    REFERENCE = 1
    QUICK_START = 2
    ADDENDUM = 3
    OTHER = 4
    SERVICE = 5


_ROLES = (
    (Role.SERVICE, re.compile(r"service.(?:manual|notes)|repair|schematic", re.IGNORECASE)),
    (Role.ADDENDUM, re.compile(r"addendum|supplement|\bupdate|errata", re.IGNORECASE)),
    (Role.QUICK_START, re.compile(r"quick|getting.started|start.?up|setup.guide|kurzanleitung", re.IGNORECASE)),
    (Role.REFERENCE, re.compile(r"reference|parameter|implementation|data.list|sound.list", re.IGNORECASE)),
    (
        Role.OWNERS,
        re.compile(r"owner|user|manual|guide|instruction|anleitung|handbuch|mode.d.emploi|guida|handleiding", re.I),
    ),
)
_LANGUAGES = {
    "en": "en eng english",
    "de": "de deu ger deutsch german",
    "fr": "fr fra fre francais français french",
    "es": "es spa esp espanol español spanish castellano",
    "it": "it ita italiano italian",
    "pt": "pt por portugues português portuguese",
    "nl": "nl nld dutch nederlands",
    "ja": "ja jp jpn japanese 日本語",
    "zh": "zh chs cht chinese 中文",
    "he": "he heb hebrew עברית",
}
_CODE_OF = {word: code for code, words in _LANGUAGES.items() for word in words.split()}


def compact(text: str) -> str:
    """Letters and digits alone, in lower case."""
    return "".join(_RUN.findall(text.casefold()))


class Model(NamedTuple):
    """What a product is called on its maker's own pages.

    words  its name without the maker's and without other scripts: ("TD-17KVX",), ("Rokit", "8", "G5")
    key    the part that must be named, as `compact` spells it: td17kvx, rokit8
    own    those of the words
    brand  the maker, as `compact` spells it
    """

    words: tuple[str, ...]
    key: str
    own: tuple[str, ...]
    brand: str

    def named_in(self, text: str) -> bool:
        """Whether a text names this model and not a longer or shorter one: another digit is another product."""
        if not self.key:
            return False
        runs = _RUN.findall(text.casefold())
        for first in range(len(runs)):
            for spelt in {runs[first], runs[first].removeprefix(self.brand)}:
                for run in runs[first + 1 :]:
                    if spelt == self.key or not self.key.startswith(spelt):
                        break
                    spelt += run
                if spelt == self.key:
                    return True
        return False

    def spelt(self, pattern: str) -> list[str]:
        """An address for each way its placeholders can be spelt: {model}, {slug}, {slug_}, {Slug}, {name}."""
        if not self.key:
            return []
        written = " ".join(self.own)
        parted = _LETTERS_THEN_DIGITS.sub("-", written) if "-" not in written else written
        found = [
            pattern.replace("{model}", quote(words))
            .replace("{slug}", _joined(words.lower(), "-"))
            .replace("{slug_}", _joined(words.lower(), "_", keep="-"))
            .replace("{Slug}", _joined(words, "-"))
            .replace("{name}", _joined(" ".join(self.words).lower(), "-"))
            for words in (written, parted)
        ]
        return list(dict.fromkeys(found))


def _joined(text: str, by: str, keep: str = "") -> str:
    """Runs of letters and digits, joined; signs in `keep` stay."""
    return by.join(part for part in re.split(rf"[^a-zA-Z0-9{re.escape(keep)}]+", text) if part)


def model_of(name: str, brand: str) -> Model:
    """The model a product's name stands for.

    That is the first word with a digit; with the word before it where it is hardly more than a number. A name without
    any digit is known by its first two words.
    """
    brands = set(_RUN.findall(brand.casefold())) | {compact(brand)}
    words = [word for word in name.split() if _LATIN.search(word)]
    while words and (compact(words[0]) in brands or not compact(words[0])):
        words.pop(0)
    while words and set(_RUN.findall(words[0].casefold())) <= brands:
        words.pop(0)
    numbered = next((i for i, word in enumerate(words) if any(map(str.isdigit, word))), None)
    if numbered is None:
        own = words[:2]
    else:
        bare = sum(map(str.isalpha, words[numbered])) < 2
        own = words[max(0, numbered - bare) : numbered + 1]
    return Model(tuple(words), compact(" ".join(own)), tuple(own), compact(brand))


class Link(NamedTuple):
    """A link of a page: its absolute address, what it says, and the language it declares (BCP 47, or empty)."""

    url: str
    text: str
    language: str = ""

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.url).path)

    @property
    def says(self) -> str:
        """What it calls itself: its text and the end of its path."""
        return f"{self.text} {' '.join(self.path.rstrip('/').split('/')[-2:])}"

    @property
    def is_pdf(self) -> bool:
        return self.path.lower().endswith(".pdf")


class Proposal(NamedTuple):
    """A document that may be the product's; `named` when it names the model itself, not only the page it stands on."""

    url: str
    title: str
    is_pdf: bool
    role: Role
    language: str
    source: str
    named: bool


def proposal(link: Link, model: Model, *, on_its_page: bool, source: str, is_pdf: bool) -> Proposal | None:
    """The link as a document of the product; None where it is not, or is no manual."""
    named = model.named_in(link.says)
    if not (named or on_its_page) or _NO_MANUAL.search(link.says) or not (named or _SAYS_MANUAL.search(link.says)):
        return None
    role = next((role for role, words in _ROLES if words.search(link.says)), Role.OTHER)
    return Proposal(link.url, " ".join(link.text.split())[:300], is_pdf, role, _language(link), source, named)


def worth_following(link: Link, model: Model, *, on_its_page: bool) -> bool:
    """Whether a page may lead to the product's manuals: it is the product's, or speaks of manuals on its page."""
    if link.is_pdf or _NO_DOCUMENT.search(link.path) or _NO_MANUAL.search(link.says):
        return False
    leads = _SAYS_MANUAL.search(link.says) or _LEADS_TO_MANUALS.search(link.says)
    return model.named_in(link.says) or bool(on_its_page and leads)


def speaks_of_a_manual(link: Link) -> bool:
    return bool(_SAYS_MANUAL.search(link.says))


def ranked(proposals: Iterable[Proposal], language: str = "en") -> list[Proposal]:
    """The likeliest first, each address once: those that name the model, by what they are, then by language."""
    once: dict[str, Proposal] = {}
    for each in proposals:
        if each.url not in once or (each.named and not once[each.url].named):
            once[each.url] = each

    def rank(each: Proposal) -> tuple[bool, int, int]:
        return not each.named, each.role, 0 if each.language == language else 1 if not each.language else 2

    return sorted(once.values(), key=rank)


def _language(link: Link) -> str:
    if link.language:
        return link.language[:35]
    file_name = _RUN.findall(link.path.rsplit("/", 1)[-1].casefold())
    for word in (*_RUN.findall(link.text.casefold()), *file_name[1:]):
        # Two letters are a language in a file's name; in a sentence they are a word.
        code = _CODE_OF.get(word.rstrip("0123456789"))
        if code and (len(word) > 2 or word in file_name):
            return code
    return ""
