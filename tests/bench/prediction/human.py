"""Questions as people write them, over the shared catalogue or our own samples: success@1 and @3 by kind.

`python tests/bench/prediction/human.py CATALOG_DIR [tune|aside|all] [--misses]`: every second query is for tuning,
the others are kept aside.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.fitting import catalogs

QUERIES = Path(__file__).with_name("human_queries.tsv")
OF_SAMPLES = Path(__file__).with_name("human_queries_samples.tsv")


def queries(part: str, file: Path = QUERIES) -> list[tuple[str, str, str]]:
    """(kind, text, pattern) of one part."""
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = [line.split("\t") for line in lines]
    chosen = {"tune": rows[0::2], "aside": rows[1::2], "all": rows}[part]
    return [(kind, text.replace("\\n", "\n"), pattern) for kind, text, pattern in chosen]


def ranked(index: Index, part: str, file: Path = QUERIES, tell: bool = False) -> dict[str, list[int]]:
    """The rank of the right product by kind, 0 where it is not among five; `tell` prints the misses."""
    out: dict[str, list[int]] = defaultdict(list)
    for kind, text, pattern in queries(part, file):
        names = [c.product.name for c in predict(index, text, 5, Prior.none()).candidates]
        rank = next((i + 1 for i, name in enumerate(names) if re.search(pattern, name, re.IGNORECASE)), 0)
        out[kind].append(rank)
        if tell and not 0 < rank <= 3:
            print(f"{kind}: {text!r} wants {pattern!r}, got {names[:3]}")
    out["all"] = [rank for ranks in list(out.values()) for rank in ranks]
    return out


def main() -> None:
    """Print the table."""
    part = sys.argv[2] if len(sys.argv) > 2 else "all"
    index = Index.build(catalogs.read(Path(sys.argv[1])))
    file = OF_SAMPLES if "samples" in Path(sys.argv[1]).parts else QUERIES
    for kind, ranks in ranked(index, part, file, "--misses" in sys.argv).items():
        first, third = sum(r == 1 for r in ranks) / len(ranks), sum(0 < r <= 3 for r in ranks) / len(ranks)
        print(f"{kind:10} {len(ranks):4} {first:.3f} {third:.3f}")


if __name__ == "__main__":
    main()
