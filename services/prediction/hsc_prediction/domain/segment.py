"""A segment: products in columns, and the sorted word-start keys that find them.

Every word, and every change between letters, digits and scripts, starts a key: the next ten letters of the field,
packed into
64 bits. Any typed span, joined over spaces and punctuation, is then a range of the sorted keys: two binary searches.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain import alphabet
from hsc_prediction.domain.product import Product
from hsc_prediction.domain.support_words import ACCESSORY_WORDS, SUPPORT_WORDS
from hsc_prediction.domain.transliterate import Sounds

FIELDS = ("name", "brand", "sku", "page", "category", "initials")
NAME, BRAND, SKU, PAGE, CATEGORY, INITIALS = range(len(FIELDS))
MOST_KEYS = 28  # of one product
# Of candidates that fit alike, the shorter name is likelier meant, and the device than an accessory for it: nats.
UNTYPED_LETTER, ACCESSORY = 0.004, 0.9
# Digits of an article number that has nothing else; fewer are a serial of the shop.
MAKERS_NUMBER = 6
_MARK, _PART = "\x1e", "\x1f"
_FIELDS = tuple(attrgetter(field.name) for field in dataclasses.fields(Product))
# So many texts at once stay in the processor's cache.
_CHUNK = 20_000
_ONE = np.uint64(1)
_COUNTED = np.arange(4_096)
_COUNTED.flags.writeable = False
_SLUG = re.compile(r"([^/?#]+)/?(?:[?#].*)?$")
_COLOUR = re.compile(r"(?<=[a-z0-9])(bk|blk|wh|wht|rd|nt|sb|gd)$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\d+-")
_OF_BRAND = re.compile(r"[a-z_]+_\d{1,3}_([a-z0-9_]{4,20})$")


class Records:
    """Products in one UTF-8 buffer: a tenth of the memory of so many objects, and one slice to read one."""

    def __init__(self, columns: Sequence[Sequence[str]]) -> None:
        joined = _joined(list(map(_PART.join, zip(*columns, strict=True))))
        if joined.count(_PART) != len(columns[0]) * (len(columns) - 1):
            columns = [[text.replace(_PART, " ") for text in column] for column in columns]
            joined = _joined(list(map(_PART.join, zip(*columns, strict=True))))
        self.data = joined.encode("utf-8", "replace")
        marks = np.flatnonzero(np.frombuffer(self.data, np.uint8) == ord(_MARK))
        self.ends = np.append(marks, len(self.data)).astype(np.int64)

    def __getitem__(self, row: int) -> Product:
        start = int(self.ends[row - 1]) + 1 if row else 0
        return Product(*self.data[start : int(self.ends[row])].decode("utf-8").split(_PART))


def _joined(values: Sequence[str]) -> str:
    joined = _MARK.join(values)
    if joined.count(_MARK) != max(0, len(values) - 1):
        joined = _MARK.join(value.replace(_MARK, " ") for value in values)
    return joined


@dataclass(frozen=True)
class Keys:
    """Keys of one field over all products, in the order of the products."""

    key: NDArray[np.uint64]
    row: NDArray[np.int32]
    # Bit 2n: a match of n letters from here ends a word; bit 2n + 1: and nothing but a separator follows.
    ends: NDArray[np.uint32]
    field: NDArray[np.uint8]

    @staticmethod
    def joined(parts: "Sequence[Keys]") -> "Keys":
        """Several, one after the other."""
        if not parts:
            return Keys(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.uint32), np.zeros(0, np.uint8))
        return Keys(
            np.concatenate([p.key for p in parts]),
            np.concatenate([p.row for p in parts]),
            np.concatenate([p.ends for p in parts]),
            np.concatenate([p.field for p in parts]),
        )


def _field_keys(values: Sequence[str], kind: int) -> Iterator[tuple[int, Keys]]:
    """Keys of a field, those of names with their initials; equal brands and categories are read once."""
    if kind in (BRAND, CATEGORY):
        numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
        which = np.fromiter(map(numbers.__getitem__, values), np.int64, len(values))
        once = _word_starts(_Letters.read(list(numbers), 0), kind)
        begins = np.searchsorted(once.row, np.arange(len(numbers) + 1))
        at, row = spread(begins[1:][which], np.diff(begins)[which])
        yield kind, Keys(once.key[at], row.astype(np.int32), once.ends[at], once.field[at])
        return
    for first in range(0, len(values), _CHUNK):
        letters = _Letters.read(values[first : first + _CHUNK], first)
        yield kind, _word_starts(letters, kind)
        if kind == NAME:
            yield INITIALS, _word_starts(letters.initials(), INITIALS)


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letters of several texts in a row, a mark between two, without what stands between words."""

    code: NDArray[np.uint8]
    row: NDArray[np.int32]
    mark: NDArray[np.bool_]
    start: NDArray[np.bool_]  # begins a word, or a part of another class of letters
    apart: NDArray[np.bool_]  # behind a separator
    digit: NDArray[np.bool_]

    @staticmethod
    def read(values: Sequence[str], first_row: int) -> "_Letters":
        joined = _joined(values)
        if joined.isascii():
            points: NDArray[Any] = np.frombuffer(joined.encode("ascii"), np.uint8)
        else:
            wide = np.frombuffer(alphabet.normalise_bulk(joined).encode("utf-32-le", "replace"), np.uint32)
            points = np.where(wide > 0xFFFF, 32, wide).astype(np.uint16)
        code, cls = alphabet.CODE_OF[points], alphabet.CLASS_OF[points]
        mark = points == ord(_MARK)
        kept = (cls != alphabet.SKIPPED) & ((code > 0) | mark)
        apart = np.zeros(len(points), bool)
        at = np.flatnonzero(cls != alphabet.SKIPPED)
        apart[at[:1]] = True
        apart[at[1:]] = cls[at[:-1]] == alphabet.SEPARATOR
        code, cls, apart, mark = code[kept], cls[kept], apart[kept], mark[kept]
        changed = np.ones(len(code), bool)
        changed[1:] = cls[1:] != cls[:-1]
        row = np.cumsum(mark, dtype=np.int32) + np.int32(first_row)
        return _Letters(code, row, mark, (apart | changed) & ~mark, apart, cls == alphabet.DIGIT)

    def initials(self) -> "_Letters":
        """The first letter of each word, and all digits: one word a text."""
        kept = self.start | self.digit | self.mark
        mark = self.mark[kept]
        start = np.ones(len(mark), bool)
        start[1:] = mark[:-1]
        return _Letters(self.code[kept], self.row[kept], mark, start & ~mark, mark, self.digit[kept])


def _word_starts(letters: _Letters, kind: int) -> Keys:
    boundary, apart = letters.start | letters.mark, letters.apart | letters.mark
    # Six bits of the letter, and two that say how the word before it ends: one look for both.
    both = letters.code | boundary.view(np.uint8) << np.uint8(6) | apart.view(np.uint8) << np.uint8(7)
    both = np.concatenate([both, np.full(alphabet.KEY_LENGTH + 1, 0xC0, np.uint8)])
    at = np.flatnonzero(letters.start)
    key = np.zeros(len(at), np.uint64)
    ends = np.zeros(len(at), np.uint32)
    alive = np.full(len(at), 0xFF, np.uint8)
    for n in range(alphabet.KEY_LENGTH + 1):
        here = both[at + n] & alive
        if n:
            ends |= (here >> np.uint8(6)).astype(np.uint32) << np.uint32(2 * n)
        if n == alphabet.KEY_LENGTH:
            break
        letter = here & np.uint8(63)
        key <<= np.uint64(alphabet.BITS)
        key |= letter
        alive = np.negative((letter > 0).view(np.uint8))
    return Keys(key, letters.row[at], ends, np.full(len(at), kind, np.uint8))


def _order(key: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Their order, equal ones as they stand. Sorting numbers is several times faster than sorting places by them:
    so the lower half of each key is sorted with its place behind it, then the upper half."""
    half, behind = np.uint64(alphabet.BITS * alphabet.KEY_LENGTH // 2), np.uint64(34)
    places = np.arange(len(key), dtype=np.uint64)
    order = places
    for digits in (key & ((_ONE << half) - _ONE), key >> half):
        by_digits = digits[order] << behind | places
        by_digits.sort()
        order = order[by_digits & ((_ONE << behind) - _ONE)]
    return order.view(np.int64)


def slug(url: str) -> str:
    """The words of a product's page address: often the Latin name of a product that is listed in Hebrew."""
    found = _SLUG.search(url)
    return _NUMBERED.sub("", found.group(1)) if found else ""


def article_number(sku: str, product_id: str) -> str:
    """The SKU; without one, what stands in an identifier behind the brand and its number (`vintage_20_v6mrbk`), or its
    last part when it looks like one (`paiste_1061419`).

    A colour at its end is a word of its own: `FP90X BK`.
    """
    if not sku and (numbered := _OF_BRAND.match(product_id)):
        sku = numbered.group(1)
    if not sku:
        before, _, tail = product_id.rpartition("_")
        if not before or tail.isalpha() or len(tail) < (MAKERS_NUMBER if tail.isdigit() else 4):
            return ""
        sku = tail
    return _COLOUR.sub(r" \1", sku)


def count_up(count: int) -> NDArray[np.int64]:
    """0, 1, … up to so many; not to be changed, short ones are part of one."""
    return _COUNTED[:count] if count <= len(_COUNTED) else np.arange(count)


def spread(ends: NDArray[Any], counts: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Up to each end so many numbers, all in one array, and which end each comes from."""
    which = count_up(len(counts)).repeat(counts)
    at = (ends - counts.cumsum())[which]
    at += count_up(len(at))
    return at, which


@dataclass(frozen=True)
class Segment:
    """Products and the keys that find them; never changed once built."""

    products: int
    records: Records
    key: NDArray[np.uint64]
    row: NDArray[np.int32]
    ends: NDArray[np.uint32]
    field: NDArray[np.uint8]
    forward: NDArray[np.int32]  # the positions of each product's keys, product by product
    # Where those of a product that count end there, and how many they are; those of its name are first.
    counted: NDArray[np.int32]
    # Three columns, read together for a few products: how many letters the name has; its group, the same for products
    # of equal brand and name (holds within the process); whether it is an accessory (a case, a stand, … for another).
    told: NDArray[np.int64]
    brands: frozenset[int]  # keys of the words that name a brand
    row_of: dict[str, int] = dataclasses.field(repr=False)

    @staticmethod
    def build(items: Iterable[Product]) -> "Segment":
        """Index products; of two with the same id the later one counts."""
        products = list({p.product_id: p for p in items}.values())
        count = len(products)
        columns = [list(map(field, products)) for field in _FIELDS]
        ids, names, brand_ids, brands, categories, skus, urls, _ = columns
        texts: dict[int, Sequence[str]] = {
            NAME: names,
            BRAND: brands,
            SKU: [article_number(sku, at) if sku or "_" in at else "" for sku, at in zip(skus, ids, strict=True)],
            PAGE: [slug(url) if url else "" for url in urls],
            CATEGORY: categories,
        }
        parts = [part for kind, values in texts.items() if any(values) for part in _field_keys(values, kind)]
        parts.sort(key=itemgetter(0))
        keys = _without_twice(Keys.joined([keys for _, keys in parts]))
        del parts
        order = _order(keys.key)
        key, row, ends, kinds = keys.key[order], keys.row[order], keys.ends[order], keys.field[order]
        place = np.empty(len(order), np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        forward = place[keys.row.argsort(kind="stable")]
        each = np.bincount(keys.row, minlength=count).astype(np.int32)
        many = each.clip(max=MOST_KEYS)
        counted = np.stack([each.cumsum(dtype=np.int32) - each + many, many], axis=1)
        del keys, order, place
        makers = [at or name for at, name in zip(brand_ids, brands, strict=True)]
        told = np.empty((count, 3), np.int64)
        told[:, 0] = np.fromiter(map(len, names), np.int64, count).clip(max=300)
        told[:, 1] = np.fromiter(map(hash, zip(makers, names, strict=True)), np.int64, count)
        told[:, 2] = _marked(key, row, ends, kinds, count)
        row_of = dict(zip(ids, range(count), strict=True))
        named = frozenset(_brand_keys(brands))
        return Segment(
            count,
            Records(columns),
            key,
            row,
            ends,
            kinds,
            forward,
            counted,
            told,
            named,
            row_of,
        )

    def product(self, row: int) -> Product:
        """The product of a row."""
        return self.records[row]

    def keys_of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The positions of the keys of some products, and the number among these products that each belongs to."""
        at, which = spread(*self.counted[rows].T)
        return self.forward[at], which

    @cached_property
    def handicap(self) -> NDArray[np.float32]:
        """What a product must make up for by evidence."""
        letters, _, accessory = self.told.T
        handicap: NDArray[np.float32] = UNTYPED_LETTER * letters.astype(np.float32)
        handicap += np.float32(ACCESSORY) * (accessory > 0)
        return handicap

    @cached_property
    def words(self) -> "Words":
        """The distinct words of letters."""
        return Words.of(self)

    @cached_property
    def sounds(self) -> Sounds:
        """The distinct words by how they sound."""
        return Sounds(self.words.spelt())


def _without_twice(keys: Keys) -> Keys:
    """A page address often repeats the name: the same key of the same product counts once."""
    page = np.flatnonzero(keys.field == PAGE)
    if not len(page):
        return keys
    paged = np.zeros(int(keys.row.max()) + 1, bool)
    paged[keys.row[page]] = True
    of_name = np.flatnonzero((keys.field == NAME) & paged[keys.row])
    have = set(zip(keys.key[of_name].tolist(), keys.row[of_name].tolist(), strict=True))
    twice = [pair in have for pair in zip(keys.key[page].tolist(), keys.row[page].tolist(), strict=True)]
    kept = np.ones(len(keys.key), bool)
    kept[page[np.array(twice)]] = False
    return Keys(keys.key[kept], keys.row[kept], keys.ends[kept], keys.field[kept])


def _brand_keys(brands: Sequence[str]) -> Iterator[int]:
    for brand in set(brands):
        words = [codes for word in brand.replace("-", " ").split() if (codes := alphabet.encode(word))]
        if words:
            yield alphabet.pack(tuple(code for codes in words for code in codes))
            if len(words[0]) >= 3 and alphabet.decode(words[0]) not in SUPPORT_WORDS:
                yield alphabet.pack(words[0])


def _marked(
    key: NDArray[np.uint64], row: NDArray[np.int32], ends: NDArray[np.uint32], kinds: NDArray[np.uint8], count: int
) -> NDArray[np.bool_]:
    marked = np.zeros(count, bool)
    for word in ACCESSORY_WORDS:
        codes = alphabet.encode(word)
        low = alphabet.pack(codes)
        span = slice(*np.searchsorted(key, np.array([low, low + alphabet.step(len(codes))], np.uint64)))
        whole = (ends[span] >> np.uint32(2 * min(len(codes), alphabet.KEY_LENGTH) + 1) & 1).astype(bool)
        marked[row[span][whole & (kinds[span] == NAME)]] = True
    return marked


@dataclass(frozen=True)
class Words:
    """The vocabulary of a segment: each distinct run of letters of one script, with how many keys start with it."""

    key: NDArray[np.uint64]
    length: NDArray[np.uint8]
    count: NDArray[np.int32]

    @staticmethod
    def of(segment: Segment) -> "Words":
        # The lowest set bit is the word's end; words of more than ten letters are cut there.
        lowest = segment.ends & -segment.ends.astype(np.int64)
        length = np.where(lowest > 0, np.log2(lowest.clip(1)) / 2, alphabet.KEY_LENGTH).astype(np.uint64)
        shift = (np.uint64(alphabet.KEY_LENGTH) - length) * np.uint64(alphabet.BITS)
        words = segment.key >> shift << shift
        letters = (segment.key >> np.uint64(54)) >= alphabet.LATIN_CODE
        letters &= segment.field != INITIALS
        key, at, count = np.unique(words[letters], return_index=True, return_counts=True)
        return Words(key, length[letters][at].astype(np.uint8), count.astype(np.int32))

    def spelt(self) -> Iterator[str]:
        """The words in letters; those of more than ten letters are cut."""
        for key, length in zip(self.key.tolist(), self.length.tolist(), strict=True):
            yield "".join(
                alphabet.LETTERS.get(key >> alphabet.BITS * (alphabet.KEY_LENGTH - 1 - i) & 63, "?")
                for i in range(length)
            )
