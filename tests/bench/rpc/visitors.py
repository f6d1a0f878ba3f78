"""Real typing through one server process: visitors who choose products by Zipf, and type letter by letter.

Unlike in `throughput`, texts come back, as they do where people type: the openings, the talk of the day, the way back
from a slip. What was answered lately is remembered; how many of the answers that serves is printed beside.
"""

import random
import urllib.request
from collections.abc import Sequence

from figures import Figure, at_least, median
from hsc_local.stack import Running
from hsc_prediction.flows.live import REMEMBERED
from load.people import Product, visits
from prometheus_client.parser import text_string_to_metric_families
from rpc.calls import UNDER_WAY, Target, cut, measured, requests, stream, unary

PART = "Real typing: visitors by Zipf, letter by letter, one server process"
ROUNDS = 3


async def measure(up: Running, bare: Target, names: Sequence[str], keys: int) -> list[Figure]:
    """So many `keys` by each method, and by a bare echo, in a process that remembers what it would after twenty times
    as many.
    """
    past, *rest = _parts(_visits(names, 22 * keys), [20 * keys] + [keys // ROUNDS] * 2 * ROUNDS)
    ours = Target(up.ports["prediction"], up.pid("prediction"))
    await measured(ours, unary, [requests(unary, part) for part in cut(_latest(past), UNDER_WAY)])
    figures = []
    for name, call in (("Predict", unary), ("TypeAhead", stream)):
        parts, rest = rest[:ROUNDS], rest[ROUNDS:]
        before = _answers(up)
        turns = [[requests(call, each) for each in part] for part in parts]
        rounds = [(await measured(bare, call, part), await measured(ours, call, part)) for part in turns]
        answered = {source: count - before[source] for source, count in _answers(up).items()}
        echo, whole = (median(pair[i].cpu_us for pair in rounds) for i in (0, 1))
        figures += [
            Figure(PART, f"{name}: answers a second of one core", 1e6 / whole, "/s", at_least(5000)),
            Figure(PART, f"{name}: of a bare echo, a second of one core", 1e6 / echo, "/s"),
            Figure(PART, f"{name}: times the echo", median(w.cpu_us / e.cpu_us for e, w in rounds), "×"),
            Figure(PART, f"{name}: share of answers that were remembered", _share(answered), ""),
        ]
    return figures


def _share(answered: dict[str, float]) -> float:
    return answered["memory"] / sum(answered.values())


def _visits(names: Sequence[str], keys: int) -> list[list[str]]:
    """What stands in the box after each key of each visit."""
    products = [Product("", name[:80]) for name in names]
    random.Random(7).shuffle(products)  # what people talk about is not what stands first in the catalogue
    return [[key.text for key in visit.keys] for visit in visits(products, (), keys_per_s=1_000, seconds=keys / 1_000)]


def _latest(past: list[list[str]]) -> list[str]:
    """What is still remembered of it, each text once, the newest last: to type all of it would take minutes."""
    texts = dict.fromkeys(text for visit in reversed(past) for text in reversed(visit))
    return list(texts)[:REMEMBERED][::-1]


def _parts(texts: list[list[str]], keys: Sequence[int]) -> list[list[list[str]]]:
    """The visits in their order, as many a part as have so many keys."""
    waiting = iter(texts)
    parts = []
    for most in keys:
        part: list[list[str]] = []
        while sum(map(len, part)) < most and (visit := next(waiting, None)) is not None:
            part.append(visit)
        parts.append(part)
    return parts


def _answers(up: Running) -> dict[str, float]:
    """How many answers came from where so far."""
    url = f"http://127.0.0.1:{up.ports['prediction_metrics']}/metrics"
    with urllib.request.urlopen(url, timeout=10) as page:
        families = text_string_to_metric_families(page.read().decode())
        found = dict.fromkeys(("engine", "memory"), 0.0)
        for family in families:
            for sample in family.samples:
                if sample.name == "products_searched_total":
                    found[sample.labels["source"]] += sample.value
    return found
