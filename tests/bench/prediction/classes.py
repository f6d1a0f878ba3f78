"""Questions made from a catalogue of kinds that need their own: SKUs, run together, two typos, Hebrew names, twins."""

import importlib
import os
import random
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from hsc_prediction.domain.alphabet import fold
from hsc_prediction.domain.product import Product
from hsc_prediction.fitting.questions import typo

Asked = list[tuple[str, set[str]]]


def scorer() -> tuple[Any, Any, Any] | None:
    """(queries, evalpredict, catalogs) of the shared bench; None where it is not."""
    beside = Path(__file__).parents[4] / "shared" / "data"
    folder = Path(os.environ.get("HSC_SHARED_DATA") or beside).parent / "bench"
    if not folder.is_dir():
        return None
    sys.path.insert(0, str(folder))
    queries, evaluate, grown = (importlib.import_module(n) for n in ("queries", "evalpredict", "catalogs"))
    return queries, evaluate, grown


def _same_name(products: Sequence[Product]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for p in products:
        out.setdefault(fold(p.name), set()).add(p.product_id)
    return out


def _latin(product: Product) -> list[str]:
    return [w for w in product.name.lower().split() if w.isascii() and fold(w)]


def _unique(text: str, names: Sequence[str]) -> bool:
    words = [fold(w) for w in text.split()]
    return sum(all(w in name for w in words) for name in names) <= 3


def make(products: Sequence[Product], each: int, seed: int = 11) -> dict[str, Asked]:
    """Questions by kind, each with the ids that are right."""
    rnd = random.Random(seed)
    right, names = _same_name(products), [fold(p.name) for p in products]
    numbers: dict[str, set[str]] = {}
    for p in products:
        if p.sku:
            numbers.setdefault(fold(p.sku), set()).add(p.product_id)
    out: dict[str, Asked] = {kind: [] for kind in ("sku", "run together", "two typos", "hebrew name", "hebrew typo")}

    def add(kind: str, text: str, ids: set[str]) -> None:
        if len(out[kind]) < each:
            out[kind].append((text, ids))

    for p in rnd.sample(list(products), len(products)):
        ids, words = right[fold(p.name)], _latin(p)
        if p.sku:
            number = p.sku if rnd.random() < 0.5 else p.sku.partition("-")[2] or p.sku
            add("sku", rnd.choice((number, number.lower(), number.replace("-", ""))), numbers[fold(p.sku)])
        short = " ".join(words[:3])
        if len(words) >= 2 and _unique(short, names):
            add("run together", re.sub(r"\W", "", short), ids)
            long = [w for w in words[:4] if len(w) >= 4 and w.isalpha()]
            if len(long) >= 2:
                slips = {w: typo(w, rnd) for w in rnd.sample(long, 2)}
                if all(slip != w and len(slip) > 2 for w, slip in slips.items()):
                    add("two typos", " ".join(slips.get(w, w) for w in words[:4]), ids)
        if any("א" <= c <= "ת" for c in p.name) and _unique(p.name, names):
            add("hebrew name", p.name, ids)
            hebrew = [w for w in p.name.split() if len(w) > 4 and "א" <= w[0] <= "ת"]
            if hebrew:
                w = rnd.choice(hebrew)
                at = rnd.randrange(1, len(w) - 1)
                add("hebrew typo", p.name.replace(w, w[:at] + w[at + 1 :], 1), ids)
    return out


def twins(products: Sequence[Product], most: int = 500) -> list[tuple[Product, Product]]:
    """Pairs of one brand whose names differ in one digit or one suffix."""
    shapes: dict[tuple[str, str], list[Product]] = {}
    for p in products:
        shapes.setdefault((p.brand_id, re.sub(r"\d", "#", fold(p.name))), []).append(p)
    pairs = [(a, b) for group in shapes.values() for a, b in pairwise(group) if fold(a.name) != fold(b.name)]
    by_name = {(p.brand_id, fold(p.name)): p for p in products}
    for p in products:
        shorter = p.name.rpartition(" ")[0]
        if shorter and (other := by_name.get((p.brand_id, fold(shorter)))) is not None:
            pairs.append((other, p))
    return pairs[:most]


_GIVEN = """
noa yael maya shira dana avi moshe itai omer ron gil oren lior daniel david adam john michael sarah anna emma
olivia james robert mary george peter mark lucas maria ana jose pierre hans klaus ivan olga ahmed fatima chen
wei yuki roland guy tom ben sam max leo alex eva lena rosa oscar felix נועה יעל מאיה תמר שירה מיכל דנה רינה אבי
משה יוסף איתי עומר רון גיל אורן
"""
_SURNAMES = """
cohen levi mizrahi peretz dahan katz weiss gold silver fender black white green king stone hall wood bell
marshall gibson martin smith jones garcia rossi weber schmidt ivanov kim nguyen singh khan shapiro golan barak
baron lake field young bass drummond piper page ford כהן לוי מזרחי פרץ ביטון פרידמן כץ וייס גולד זהבי שחור לבן
ירוק ברק סגל כרמל הררי שפירא
"""


def persons(count: int = 900, seed: int = 9) -> list[str]:
    """Names of people: given names, of which some are in the engine's list, and surnames that are words too."""
    rnd = random.Random(seed)
    given, surnames = _GIVEN.split(), _SURNAMES.split()
    both = [(a, b) for a in given for b in surnames if a.isascii() == b.isascii()]
    return [" ".join(name) for name in rnd.sample(both, min(count, len(both)))]
