"""The door of the `hsc` command."""

import io
import os
import sys

import click

from hsc_cli.commands import (
    ask,
    audit,
    backup,
    coverage,
    demo,
    doctor,
    evaluate,
    imports,
    jobs,
    maintain,
    manual,
    predict,
    slo,
)
from hsc_cli.failures import EXIT_CODES, READER_LEFT
from hsc_cli.output import ReaderLeft

ENVIRONMENT = """\b
Environment:
  HSC_ADDRESS      the gateway, HOST:PORT or https://HOST (default: HSC_HOME/ports.json, else localhost:8000)
  HSC_CA_FILE      the certificates to trust, where they are not of a public authority
  HSC_HOME         the home of a local stack (default: .hsc)
  HSC_ADMIN_TOKEN  for import, attach and jobs (default: the file HSC_HOME/admin-token)
  HSC_API_KEY      where the gateway asks callers for a key
  HSC_JWT          where it asks them for a JWT
"""


@click.group(epilog=f"{ENVIRONMENT}\n{EXIT_CODES}", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hsc-cli")
def hsc() -> None:
    """Ask the support centre: which product is meant, what its manual says."""


for command in (
    imports.import_,
    predict.predict,
    ask.ask,
    manual.manual,
    coverage.coverage,
    jobs.jobs,
    maintain.maintain,
    evaluate.eval_,
    doctor.doctor,
    demo.demo,
    slo.slo,
    audit.audit,
    backup.backup,
    backup.restore,
    backup.backup_key,
):
    hsc.add_command(command)


def main() -> None:
    """Run the command. A terminal that lacks a letter shows a question mark, and the command goes on."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        hsc(prog_name="hsc")
    except ReaderLeft:
        # As a program that SIGPIPE ends, but after its own cleaning up. What is still buffered has nowhere to go.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        sys.exit(READER_LEFT)
