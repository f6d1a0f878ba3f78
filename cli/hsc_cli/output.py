"""What is said, and how: results on standard output, progress and failures on standard error, JSON where asked for."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, TextIO

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from hsc_rpc.errors import Failure
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from hsc_cli import failures


class ReaderLeft(Exception):
    """Nobody reads what is said any more, as when it is piped to `head`.

    No OSError: a program that is spoken to through a pipe may leave too, and that is a failure.
    """


def plain(text: str) -> str:
    """Return text without control characters: names and quotes come from others, and must not steer the terminal."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


class Output:
    """Speaks to a person, or with `as_json` to a program: one JSON value a line, in the contracts' field names."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._out = _console(sys.stdout)
        # One console for one screen: it puts a line above the progress bar, two would write into each other.
        one_screen = sys.stdout.isatty() and sys.stderr.isatty()
        self._err = self._out if one_screen else _console(sys.stderr)

    @property
    def watched(self) -> bool:
        """Whether a person sees progress as it happens."""
        return self._err.is_terminal and not self.as_json

    def result(self, message: Message | dict[str, Any]) -> None:
        """Write a result for a program; a person gets it by `say` and `table`."""
        if self.as_json:
            value = to_dict(message) if isinstance(message, Message) else message
            _print(json.dumps(value), sys.stdout)

    def say(self, text: str = "", style: str = "", end: str = "\n") -> None:
        """Write a line of the result for a person."""
        if not self.as_json:
            self._out.print(Text(plain(text), style), end=end, soft_wrap=True)

    def note(self, text: str) -> None:
        """Write what happens meanwhile; it is no part of the result."""
        if not self.as_json:
            self._err.print(Text(plain(text), "dim"), soft_wrap=True)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Write a table for a person; numbers stand to the right. Without rows there is none."""
        filled = [[plain(str(cell)) for cell in row] for row in rows]
        if self.as_json or not filled:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column, head in enumerate(heads):
            numeric = all(row[column].rstrip("%").isdigit() for row in filled)
            table.add_column(head, justify="right" if numeric else "left", overflow="fold")
        for row in filled:
            table.add_row(*(Text(cell) for cell in row))
        self._out.print(table)

    def progress(self) -> Progress:
        """Return a progress bar, which shows only where a person watches."""
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}"),
            TimeElapsedColumn(),
            console=self._err,
            disable=not self.watched,
            transient=True,
        )

    def failure(self, failure: Failure) -> None:
        """Write a failure: what happened, which fields, when to try again."""
        if self.as_json:
            _print(json.dumps(failures.as_json(failure)), sys.stderr)
            return
        self._err.print(Text("error: ", "bold red") + Text(plain(failure.message), ""), soft_wrap=True)
        for violation in failure.violations:
            if f"{violation.field}: {violation.description}" not in failure.message:
                self._err.print(Text(f"  {plain(violation.field)}: {plain(violation.description)}"), soft_wrap=True)
        retry = "" if failure.retry_after_s is None else f", try again in {failure.retry_after_s:g} s"
        self._err.print(Text(f"  ({failure.reason}{retry})", "dim"), soft_wrap=True)


class Silence(Output):
    """Says nothing: for what is done only to see whether it works."""

    def __init__(self) -> None:
        super().__init__(as_json=True)

    def result(self, message: Message | dict[str, Any]) -> None:
        """Keep it."""


def to_dict(message: Message) -> dict[str, Any]:
    """Return a message as JSON has it, with the contracts' names and every plain field present."""
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


def _print(line: str, stream: TextIO) -> None:
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:
        raise ReaderLeft from None


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        # Its own way is to exit, and that from within a task, which asyncio then tells at length.
        self.quiet = True
        raise ReaderLeft from None


def _console(stream: TextIO) -> Console:
    # Where nobody watches, tables are as wide as they need: scripts and files get whole lines.
    width = None if stream.isatty() else 200
    return _Console(file=stream, markup=False, highlight=False, emoji=False, width=width)
