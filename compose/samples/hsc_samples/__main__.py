"""`python -m hsc_samples build --base-url URL OUT`: the sample data, ready to be served and imported."""

import argparse
import sys
from pathlib import Path

from hsc_samples.build import build


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m hsc_samples", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("build", help="set the manuals and write the catalogues")
    command.add_argument(
        "--base-url", required=True, help="where OUT will be served, e.g. http://localhost:8000/samples"
    )
    command.add_argument("out", type=Path, metavar="OUT", help="the folder to write to")
    options = parser.parse_args(arguments)
    try:
        report = build(options.out, options.base_url)
    except ValueError as error:
        parser.error(str(error))
    print(f"{options.out}: {len(report.written)} files written, {report.kept} up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
