"""All figures beside their goals: `python tests/bench/run.py [--quick] [--json FILE] [--docs]`, or `make bench`.

--quick  under a minute: fewer rounds, without the benches that have a page of their own
--json   the figures as a file
--docs   puts the tables into docs/benchmarks.md

What is not there (the page, the real data and manuals of HSC_SHARED_DATA) is left out, and said.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parents[1]
sys.path[:0] = [str(BENCH), str(BENCH.parent)]

import psutil  # type: ignore[import-untyped] # noqa: E402
from e2e.web.browser import PAGE, chromium  # noqa: E402
from figures import Figure, as_markdown, as_text, at_least, below, median  # noqa: E402
from hsc_local.stack import Running  # noqa: E402
from manuals import ready  # noqa: E402
from rpc import grown, large, throughput  # noqa: E402
from start import imports, rest, stack  # noqa: E402
from support.folders import open_folder  # noqa: E402
from texts import about, moments, names  # noqa: E402
from way import keystroke, page, question  # noqa: E402

BEGAN = time.monotonic()
DOCS = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: written by `python tests/bench/run.py --docs` -->", "<!-- end of figures -->"
SHARED = Path(os.environ.get("HSC_SHARED_DATA") or ROOT.parent / "shared" / "data")
CATALOGS = SHARED / "halilit-catalogs"
# name, command after the interpreter, whether it needs the shared data. Their tables stand in their own pages.
OTHERS = (
    ("prediction", ["tests/bench/prediction", str(CATALOGS), "--each", "30"], True),
    ("answering", ["-m", "answering.ranking"], False),
    ("answering", ["-m", "answering.cache"], False),
    ("reading", ["tests/bench/reading/speed.py", *map(str, sorted((SHARED / "manuals").glob("*.pdf")))], True),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--docs", action="store_true")
    options = parser.parse_args()
    figures = our_own(options.quick)
    if not options.quick:
        figures += over_many_products() + bridge()
    print(as_text(figures))
    if options.json:
        options.json.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")
    if options.docs:
        before, rest = DOCS.read_text().split(BEGIN)
        DOCS.write_text(f"{before}{BEGIN}\n\n{as_markdown(figures)}\n\n{END}{rest.split(END)[1]}")

    if not options.quick:
        for name, command, needs_data in OTHERS:
            other(name, command, needs_data)


def our_own(quick: bool) -> list[Figure]:
    """The figures of the whole stack, in an order in which none spoils the next."""
    figures = [Figure("The machine", "busy with other work before the run", psutil.cpu_percent(3), "%")]
    if not PAGE.is_file():
        say("the page is not built (`make web`): the stack starts without it")
    with open_folder() as folder:
        home = folder / "home"
        first: list[float] = []
        again: list[float] = []
        say("starts")
        with stack.started(home, first):
            pass
        for _ in range(0 if quick else 2):
            with stack.started(home, again):
                pass
        with stack.started(home, again) as up:
            figures += [
                Figure(stack.PART, "first start to ready, everything installed", first[0], "s"),
                Figure(stack.PART, "second start to ready", median(again), "s", below(10)),
            ]
            _measure(up, figures, quick)
        say("imports")
        figures += _imports(folder / "bytecode", imports.DOORS[:1] if quick else imports.DOORS)
    return figures


def _imports(bytecode: Path, doors: Sequence[str]) -> list[Figure]:
    """What each door imports before it can begin, with the packages that weigh most."""
    part = "Imports (CPU)"
    kept = imports.keeping_bytecode(bytecode)
    figures = []
    for door in doors:
        shares = list(imports.shares(door, kept).items())[:6]
        heaviest = ", ".join(f"{name} {share:.0%}" for name, share in shares)
        figures.append(Figure(part, f"`{door}`: {heaviest}", imports.seconds(door, kept) * 1000, "ms"))
    always = imports.compiling_always(bytecode)
    compiled = imports.seconds(doors[0], always, rounds=1) * 1000
    return [*figures, Figure(part, f"`{doors[0]}` where no bytecode is kept", compiled, "ms")]


def _measure(up: Running, figures: list[Figure], quick: bool) -> None:
    say("at rest")
    resting = [*rest.cpu(up, 3 if quick else 10), *rest.memory(up, "after a start")]
    say("questions")
    asked = question.unread(up)
    asked += question.measure(up)
    seen = _page(up, 1 if quick else 8)
    say("manuals")
    samples = [up.home.samples / "manuals" / "vireo-61-reference.pdf"]
    real = sorted((SHARED / "manuals").glob("*.pdf"))
    if not real:
        say("no real manuals: the sample manuals alone")
    manuals = ready.measure(up, samples + (real[:1] if quick else real), 1 if quick else 3)
    products = _import_real(up)
    called = names(up.address)
    wholes = about(called, 2000)
    say(f"RPC throughput over {products}")
    rpc = throughput.measure(up, called, moments(wholes, 2800 if quick else 16_000), 1 if quick else 3)
    say("keystrokes")
    typed = keystroke.measure(up, wholes, (300, 1000), 2 if quick else 6)
    resting += rest.memory(up, "after all of this")
    # Last: calls fail for a moment while the gateway has not seen that a service is back.
    say("each service's start")
    figures += [*stack.services(up, 1 if quick else 3), *rpc, *typed, *seen, *manuals, *asked, *resting]


def _page(up: Running, visits: int) -> list[Figure]:
    """The page, where it is built and a browser is there."""
    if not PAGE.is_file() or chromium() is None:
        say("the page is not built, or no Chromium is here: left out")
        return []
    say("the page")
    return page.measure(up, visits)


def _import_real(up: Running) -> str:
    """The real catalogue where it is there; says what predictions are made over."""
    if not CATALOGS.is_dir():
        say("no real catalogue: the samples alone")
        return "the sample catalogue"
    hsc = (sys.executable, "-c", "from hsc_cli.main import main; main()", "import", str(CATALOGS))
    began = time.monotonic()
    done = subprocess.run(hsc, env={**os.environ, "HSC_HOME": str(up.home.root)}, capture_output=True, text=True)
    if done.returncode:
        say(f"the real catalogue could not be imported: {done.stderr.strip()[-500:]}")
        return "the sample catalogue"
    say(f"imported the real catalogue in {time.monotonic() - began:.1f} s")
    return "the real catalogue"


def over_many_products() -> list[Figure]:
    """Predictions over a catalogue that was grown, where there is one to grow."""
    if not grown.there():
        say("no real catalogue, or nothing that grows it: half a million products are left out")
        return []
    say("half a million products")
    return large.measure()


def bridge() -> list[Figure]:
    """The bridge beside a bare passthrough; its way of a keystroke has an echo at its end, the floor of ours."""
    part = "The bridge beside a bare passthrough, an echo behind both"
    script = BENCH / "gateway" / "bridge.py"
    if not script.is_file():
        say("no bench of the bridge")
        return []
    say("the bridge")
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, str(script), "--messages", "9000", "--json", file.name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240)
        if done.returncode:
            say(f"the bridge's bench failed: {done.stderr.strip()[-500:]}")
            return []
        found = json.loads(Path(file.name).read_text())
    units = {"us_per_message": "µs", "share_of_bare": "", "kb_per_socket": "kB", "_ms": "ms"}
    goals = {
        "envoy_and_bridge_p50_ms": below(3),
        "envoy_and_bridge_p99_ms": below(15),
        "bridge_share_of_bare": at_least(0.7),
    }
    return [
        Figure(
            part,
            name.replace("_", " "),
            value,
            next(u for end, u in units.items() if name.endswith(end)),
            goals.get(name),
        )
        for name, value in found.items()
    ]


def other(name: str, command: list[str], needs_data: bool) -> None:
    """A bench with a table of its own, as it stands."""
    print(f"\n{name}", flush=True)
    if not (BENCH / name).is_dir() or (needs_data and not SHARED.is_dir()):
        print("  left out: it, or the real data, is not there")
        return
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{BENCH}{os.pathsep}{BENCH.parent}"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    print(done.stdout if done.returncode == 0 else f"  failed: {done.stderr.strip()[-500:]}")


def say(text: str) -> None:
    """What goes on now, beside the table."""
    print(f"· {time.monotonic() - BEGAN:4.0f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
