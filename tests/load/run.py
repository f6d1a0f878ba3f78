"""Visitors by the hundred: `python tests/load/run.py [--keys 300] [--seconds 60] [--replicas 1]`.

Brings up a stack of its own (or goes to `--url`, on this machine alone), reads the manuals that will be asked about,
lets the visitors come, and writes a table, a JSON file and a plot.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

import uvloop  # noqa: E402
from hsc_local.stack import running  # noqa: E402
from load.crowd import crowd, products, truths  # noqa: E402
from load.people import Question, visits  # noqa: E402
from load.record import Record  # noqa: E402
from support.folders import open_folder  # noqa: E402

SAMPLES = TESTS.parent / "compose" / "samples" / "questions.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=float, default=300, help="keystrokes a second")
    parser.add_argument("--asking", type=float, default=0.2, help="the share of visits that ask")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", help="a stack that runs already, with the samples")
    parser.add_argument("--into", type=Path, default=Path("build/load"))
    options = parser.parse_args()
    if options.url:
        record = load(options.url, options)
    else:
        with open_folder() as folder:
            environment = {"HSC_REPLICAS": str(options.replicas)}
            with running(folder / "home", environment=environment) as up:
                record = load(up.url, options)
    name = f"{options.keys:.0f}-keys-{options.replicas}-replicas"
    record.write(options.into, name)
    print(record.as_table())
    print(f"\n{options.into / name}.md, .json, .svg")
    sys.exit(1 if record.wrongs else 0)


def load(url: str, options: argparse.Namespace) -> Record:
    """One run."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_load(url, options))


async def _load(url: str, options: argparse.Namespace) -> Record:
    asked = sample_questions(60)
    known = await truths(url, asked)
    named = await asyncio.to_thread(products, url.partition("//")[2].replace("localhost", "127.0.0.1"))
    plan = visits(
        named,
        list(known),
        keys_per_s=options.keys,
        seconds=options.seconds,
        asking=options.asking,
        seed=options.seed,
    )
    print(f"{len(plan)} visits, {sum(len(v.keys) for v in plan)} keys", file=sys.stderr)
    async with crowd(url, plan, known) as visitors:
        return await visitors.gone(options.seconds)


def sample_questions(count: int) -> list[Question]:
    """Of the samples' manuals, spread over their products."""
    listed = [each for each in json.loads(SAMPLES.read_text()) if each["answerable"] and each["language"] == "en"]
    step = max(1, len(listed) // count)
    return [Question(each["product_id"], each["question"]) for each in listed[::step]][:count]


if __name__ == "__main__":
    main()
