"""The prediction benchmark: `nice python tests/bench/prediction CATALOG_DIR [--grown N …] [--each N] [--peers]`.

Prints this engine beside its goals (and beside peers), all in one run. Classes a–h come from the scorer beside the real
data (`HSC_SHARED_DATA`); without it those lines are left out.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import classes
import human
import peers
from floor import least_typed
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.domain.product import Product
from hsc_prediction.fitting import catalogs
from hsc_prediction.fitting.questions import EVERYDAY, NOTHING

PREFETCH_AT = 0.6
KINDS = ("a", "b", "c", "d", "e1", "e2", "f", "g", "h")


def by_id(index: Index, prior: Prior) -> Callable[[str, int], list[str]]:
    """The engine as the scorer wants it."""
    return lambda text, limit: [c.product.product_id for c in predict(index, text, limit, prior).candidates]


def line(what: str, figure: str, goal: str = "") -> None:
    """One line of the table."""
    print(f"{what:44} {figure:>28}   {goal}", flush=True)


def typing(index: Index, folder: Path, each: int, with_peers: bool) -> None:
    """Classes a–h, share typed, with and without popularity."""
    tools = classes.scorer()
    if tools is None:
        print("no scorer beside the data: classes a–h are left out")
        return
    queries, evaluate, grown = tools
    rows = grown.load(str(folder))
    asked = queries.Gen(rows, "bench").make(each, 23)
    result = evaluate.summarise(evaluate.evaluate(by_id(index, Prior.none()), asked))
    for kind in KINDS:
        r = result[kind]
        line(f"class {kind}: success@1, @3, share typed", f"{r['s1']:.3f} {r['s3']:.3f} {r['typed']:.3f}")
    clean = [result[k]["s3"] for k in ("a", "b", "c", "d", "e1", "e2", "f")]
    line("success@3, mean of a–f", f"{sum(clean) / len(clean):.3f}", "≥ .995")
    rnd = random.Random(1)
    weights = [0.0] * len(rows)
    for rank, at in enumerate(rnd.sample(range(len(rows)), len(rows))):
        weights[at] = 1 / (rank + 1)
    counts = Counter(rows[i]["id"] for i in rnd.choices(range(len(rows)), weights, k=20_000))
    popular = queries.Gen(rows, "bench").make(each, 9, classes=["a", "b"], weights=weights)
    prior = Prior.of(index, counts)
    result = evaluate.summarise(evaluate.evaluate(by_id(index, prior), [q for q in popular if q["cls"] in ("a", "b")]))
    typed = f"{result['a']['typed']:.3f} {result['b']['typed']:.3f}"
    line("share typed a, b after 20,000 Zipf questions", typed, "≤ .36 / .32")
    asks = dict(zip((row["id"] for row in rows), weights, strict=True))
    known = [q for q in queries.Gen(rows, "bench").make(len(rows), 23, classes=["a", "b"]) if q["cls"] in ("a", "b")]
    for what, weight in (("", dict.fromkeys(asks, 1.0)), (" after Zipf questions", asks)):
        least = (
            least_typed((q["text"], grown.squash(q["label"]), weight[q["target"]]) for q in known if q["cls"] == kind)
            for kind in ("a", "b")
        )
        line(f"the least that anybody could{what}", " ".join(f"{share:.3f}" for share in least))
    texts = evaluate.prefixes([q for q in asked if q["cls"] in ("a", "b", "c", "d", "e1", "e2", "f")], 2000)
    speed(f"{index.count:,} products", by_id(index, Prior.none()), texts, evaluate)
    ours = by_id(index, Prior.none())
    success("this engine", ours, asked)
    early(index, asked)
    for name, peer in peers.PEERS.items() if with_peers else ():
        try:
            with peer(rows) as other:
                success(name, other, asked)
                speed(name, other, texts[:500], evaluate)
        except ImportError as missing:
            line(name, "left out", f"{missing.name} is not installed: hsc-prediction[peers]")


def early(index: Index, asked: list[dict[str, Any]]) -> None:
    """How much was typed, and of how many questions, when the right product was prefetched, and when it locked."""
    for kind in ("a", "b", "f"):
        first: dict[str, list[float]] = {"prefetched": [], "locked": []}
        wrong, few = 0, [q for q in asked if q["cls"] == kind]
        for q in few:
            typed, fetched = {"prefetched": 0, "locked": 0}, set()
            for length in range(1, len(q["text"]) + 1):
                found = predict(index, q["text"][:length], 3, Prior.none()).candidates
                if not found or not (found[0].locked or found[0].together >= PREFETCH_AT):
                    continue
                if found[0].product.product_id not in q["right"]:
                    fetched.add(found[0].product.product_id)
                    continue
                typed["prefetched"] = typed["prefetched"] or length
                typed["locked"] = typed["locked"] or length * found[0].locked
            wrong += len(fetched)
            for what, length in typed.items():
                first[what] += [length / len(q["text"])] if length else []
        for what, shares in first.items():
            typed_of = sum(shares, float(len(few) - len(shares))) / len(few)
            line(f"class {kind}, {what}: of questions, share typed", f"{len(shares) / len(few):.2f} {typed_of:.2f}")
        line(f"class {kind}: wrong products prefetched, a question", f"{wrong / len(few):.2f}")


def success(what: str, ask: peers.Predict, asked: list[dict[str, Any]]) -> float:
    """Print success@3 of classes a–f and the means at one and three; return the latter."""
    rank: dict[str, list[int]] = {kind: [] for kind in KINDS[:7]}
    for q in asked:
        if q["cls"] in rank:
            found = ask(q["text"], 3)
            rank[q["cls"]].append(next((at + 1 for at, one in enumerate(found) if one in q["right"]), 0))
    first, third = ([sum(0 < r <= n for r in ranks) / len(ranks) for ranks in rank.values()] for n in (1, 3))
    line(f"{what}: success@3 a–f", " ".join(f"{one:.2f}" for one in third))
    mean = sum(third) / len(third)
    line(f"{what}: mean success@1, @3", f"{sum(first) / len(first):.3f} {mean:.3f}")
    return mean


def speed(what: str, ask: Callable[[str, int], list[str]], texts: list[str], evaluate: Any) -> None:
    """Latency over prefixes at random, beside a fixed loop that tells how busy the machine is; then time on the CPU."""
    r = evaluate.latency(ask, texts)
    line(f"{what}: p50, p99 ms (loop {evaluate.calib():.1f})", f"{r['p50']:.2f} {r['p99']:.2f}")
    took: list[list[float]] = [[] for _ in texts]
    for _ in range(3):
        for each, text in zip(took, texts, strict=True):
            began = time.process_time_ns()
            ask(text, 3)
            each.append((time.process_time_ns() - began) / 1e6)
    least = sorted(min(each) for each in took)
    p50, p99 = least[len(least) // 2], least[len(least) * 99 // 100]
    line(f"{what}: p50, p99 ms of CPU in here, best of 3", f"{p50:.2f} {p99:.2f}")


def noise(index: Index) -> None:
    """512 characters of anything: letters and digits, and words of them."""
    rnd = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789 -./אבגדהוזחטי"
    texts = ["".join(rnd.choices(letters, k=512)) for _ in range(60)]
    texts += [" ".join("".join(rnd.choices(letters, k=rnd.randint(1, 9))) for _ in range(120))[:512] for _ in range(60)]
    took = []
    for text in texts:
        each = []
        for _ in range(3):
            began = time.process_time_ns()
            predict(index, text, 5, Prior.none())
            each.append((time.process_time_ns() - began) / 1e6)
        took.append(min(each))
    took.sort()
    line("512 characters of noise: median, most, ms of CPU", f"{took[len(took) // 2]:.2f} {took[-1]:.2f}", "≤ 5")


def large(folder: Path, count: int, each: int) -> None:
    """Build, memory and latency of a grown catalogue."""
    tools = classes.scorer()
    if tools is None:
        return
    queries, evaluate, grown = tools
    rows = grown.load(f"{folder}@{count}")
    products = [Product(p["id"], p["label"], p["brand"], p["brand"], p["category"]) for p in rows]
    before, began = evaluate.rss(), time.process_time()
    index = Index.build(products)
    took = time.process_time() - began
    line(
        f"{count:,} products: build s of CPU, MB", f"{took:.2f} {evaluate.rss() - before:.0f}", "500k: ≤ 3.5 s, 300 MB"
    )
    asked = queries.Gen(rows, "bench").make(each, 23, classes=list(KINDS[:7]))
    success(f"{count:,} products", by_id(index, Prior.none()), asked)
    texts = evaluate.prefixes(queries.Gen(rows[:5000], "bench").make(40, 23), 1500)
    speed(f"{count:,} products", by_id(index, Prior.none()), texts, evaluate)
    began = time.perf_counter()
    index.with_changes([Product("one-more", "Roland One More 1", "roland", "Roland")], [])
    line(f"{count:,} products: change of one, ms", f"{(time.perf_counter() - began) * 1e3:.1f}")


def people(what: str, ranked: dict[str, list[int]], goal: str) -> None:
    """Success at one and three by kind."""
    for kind, ranks in ranked.items():
        first, third = sum(r == 1 for r in ranks) / len(ranks), sum(0 < r <= 3 for r in ranks) / len(ranks)
        line(f"{what}, {kind} ({len(ranks)})", f"{first:.3f} {third:.3f}", goal if kind == "all" else "")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("catalog", type=Path)
    parser.add_argument("--grown", type=int, nargs="*", default=[])
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--peers", action="store_true")
    arguments = parser.parse_args()
    products = catalogs.read(arguments.catalog)
    began = time.process_time()
    index = Index.build(products)
    line(f"{index.count:,} products: build ms of CPU", f"{(time.process_time() - began) * 1e3:.0f}", "≤ 60")
    noise(index)
    typing(index, arguments.catalog, arguments.each, arguments.peers)
    goals = {"sku": "≥ .97", "run together": "≥ .97", "two typos": "≥ .95", "hebrew name": "≥ .99", "hebrew typo": ""}
    for kind, asked in classes.make(products, arguments.each).items():
        ranks = [
            next((n + 1 for n, found in enumerate(by_id(index, Prior.none())(t, 3)) if found in ids), 0)
            for t, ids in asked
        ]
        if ranks:
            first, third = sum(r == 1 for r in ranks) / len(ranks), sum(r > 0 for r in ranks) / len(ranks)
            line(f"{kind}: success@1, @3", f"{first:.3f} {third:.3f}", goals[kind])
    pairs = classes.twins(products)
    wrong = sum(
        c.locked and c.product.name != meant.name
        for pair in pairs
        for meant in pair
        for text in (meant.name.lower(), f"how do i reset my {meant.name.lower()} ")
        for c in predict(index, text, 5, Prior.none()).candidates
    )
    line(f"wrong locks over {len(pairs)} pairs of twins", str(wrong), "0")
    for what, texts in (("texts that mean nothing", [*NOTHING, *EVERYDAY]), ("names of people", classes.persons())):
        found = [predict(index, text, 5, Prior.none()).candidates for text in texts]
        sure = sum(any(c.together > 0.2 for c in candidates) for candidates in found)
        locks = sum(any(c.locked for c in candidates) for candidates in found)
        line(f"of {len(texts)} {what}, above .2; locked", f"{sure} {locks}", "0; ≤ 1 %")
    for part, goal in (("tune", ""), ("aside", "≥ .85 / .95")):
        people(f"as people write, {part}", human.ranked(index, part), goal)
    samples = Index.build(catalogs.read(Path(__file__).parents[3] / "compose" / "samples" / "catalogs"))
    people("as people write, our samples", human.ranked(samples, "all", human.OF_SAMPLES), "≥ .85 / .95")
    for count in arguments.grown:
        large(arguments.catalog, count, arguments.each)


if __name__ == "__main__":
    main()
