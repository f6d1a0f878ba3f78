"""Real manuals, damaged at random: each mutant is read or refused with a reason, and nothing is left behind.

python tests/bench/reading/soak.py [--mutants 1000] [--seed 0] [MANUAL.pdf…]
Without manuals: the real ones below HSC_SHARED_DATA, else the samples, typeset on the spot.
A mutant is made from its number and the manuals given, so `--seed N --mutants 1` makes the one that failed again.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path

from hsc_ingest.adapters.parsing import ManualParser
from hsc_ingest.domain.manual import ReadingError
from hsc_samples.build import build

sys.path.insert(0, str(Path(__file__).parents[2]))
from support.processes import descriptors


def mutant(data: bytes, seed: int) -> bytes:
    """Some bytes changed, lost, repeated elsewhere, or made into a number."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randrange(1, 600)]
            case 2:
                start = chance.randrange(len(changed))
                changed[at:at] = changed[start : start + chance.randrange(1, 2000)]
            case _:
                changed[at : at + 4] = str(chance.randrange(10**9)).encode()
    return bytes(changed)


async def soak(manuals: list[bytes], seeds: range, folder: Path) -> int:
    """The number of mutants that ended otherwise than read or refused, or left descriptors behind."""
    outcomes: Counter[str] = Counter()
    faults = 0
    path = folder / "mutant"
    before = descriptors()
    async with ManualParser() as parser:
        for seed in seeds:
            await asyncio.to_thread(path.write_bytes, mutant(manuals[seed % len(manuals)], seed))
            try:
                await parser.parse(path)
                outcomes["read"] += 1
            except ReadingError as refusal:
                outcomes[str(refusal.reason)] += 1
            except Exception:
                faults += 1
                print(f"mutant {seed}:\n{traceback.format_exc()}", file=sys.stderr)
    if (left := descriptors() - before) > 0:
        faults += 1
        print(f"{left} descriptors are left open", file=sys.stderr)
    print(", ".join(f"{name} {count}" for name, count in outcomes.most_common()), f"- faults {faults}")
    return faults


def default_manuals(folder: Path) -> list[Path]:
    shared = Path(os.environ.get("HSC_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
    if real := sorted(shared.glob("manuals/*.pdf")):
        return real
    build(folder, "http://localhost")
    return sorted(folder.glob("manuals/*.pdf"))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("manual", nargs="*", type=Path)
    arguments.add_argument("--mutants", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="hsc-soak-") as folder:
        manuals = [path.read_bytes() for path in given.manual or default_manuals(Path(folder) / "samples")]
        seeds = range(given.seed, given.seed + given.mutants)
        sys.exit(bool(asyncio.run(soak(manuals, seeds, Path(folder)))))


if __name__ == "__main__":
    main()
