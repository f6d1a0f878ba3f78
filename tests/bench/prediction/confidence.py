"""How honest the confidence is: `python tests/bench/prediction/confidence.py CATALOG_DIR… [--diagram FILE.svg]`.

It is fitted on half of the brands of the first catalogue and measured on what it has not seen: the other half, and
whole other catalogues. Asked are our own questions, of which some mean nothing that is there, and the scorer's, typed
to the end and broken off anywhere.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from classes import scorer
from hsc_prediction.domain.calibrate import Calibration
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.product import Product
from hsc_prediction.fit import Judged, best_of_each, fit, for_measuring, from_catalogue, judge
from hsc_prediction.fitting import catalogs
from hsc_prediction.fitting.diagram import Pairs, calibration_error, svg
from hsc_prediction.fitting.questions import Question, meaning

OURS, ENDED, BROKEN = "our own questions", "the scorer's, typed to the end", "the scorer's, broken off"
MOST = 1_000


def scorers(folder: Path, products: list[Product], each: int) -> Iterator[tuple[str, Question]]:
    """The scorer's questions, typed to the end and broken off."""
    tools = scorer()
    if tools is None:
        return
    queries, _, grown = tools
    meant = {p.product_id: meaning(p) for p in products}
    rnd = random.Random(5)
    for q in queries.Gen(grown.load(str(folder)), "bench").make(each, 31):
        for kind, text in ((ENDED, q["text"]), (BROKEN, q["text"][: rnd.randint(1, len(q["text"]))])):
            yield kind, Question(text, meant[q["target"]])


def unseen(folder: Path, first: bool, each: int) -> tuple[list[Judged], dict[str, list[Judged]]]:
    """What may be fitted on, and what is measured on, by kind."""
    products = catalogs.read(folder)
    some = products if len(products) <= MOST else random.Random(1).sample(products, MOST)
    fitting, measuring = from_catalogue(some)
    out = {OURS: measuring if first else fitting + measuring}
    index = Index.build(products)
    asked = list(scorers(folder, products, each))
    for kind in (ENDED, BROKEN):
        of_kind = [q for k, q in asked if k == kind and q.meant and (not first or for_measuring(q.meant[0]))]
        out[kind] = judge(index, of_kind)
    return fitting, out


def told(what: str, pairs: Pairs) -> None:
    """A line: of how many questions, the error, how many of those at .8 or more were meant."""
    sure = [y for p, y in pairs if p >= 0.8]
    meant = f"{sum(sure) / len(sure):.3f}" if sure else "none"
    print(f"{what:60} {len(pairs):6} {calibration_error(pairs):.3f}   {len(sure):5} {meant}", flush=True)


def main() -> None:
    """Print the errors and draw them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("catalogs", type=Path, nargs="+")
    parser.add_argument("--each", type=int, default=100, help="of the scorer's questions, so many a class")
    parser.add_argument("--diagram", type=Path, help="where to write the reliability diagram (SVG)")
    arguments = parser.parse_args()
    calibration: Calibration | None = None
    together: dict[str, list[tuple[float, bool]]] = {OURS: [], ENDED: [], BROKEN: []}
    print(f"{'':60} asked  error   at ≥ .8, of them meant")
    for folder in arguments.catalogs:
        fitting, measured = unseen(folder, calibration is None, arguments.each)
        calibration = calibration or fit(fitting)
        for kind, judged in measured.items():
            pairs = best_of_each(judged, calibration)
            together[kind] += pairs
            told(f"{folder.name}: {kind}", pairs)
    for kind, pairs in together.items():
        told(f"all: {kind}", pairs)
    if arguments.diagram:
        title = "Confidence of the first candidate, unseen brands and catalogues"
        arguments.diagram.write_text(svg(together, title), "utf-8")


if __name__ == "__main__":
    main()
