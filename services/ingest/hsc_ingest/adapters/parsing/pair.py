"""The pages of a long PDF, read by two processes at once: this one and a copy of it.

pdfium reads one page at a time in a process, and two thirds of the time of reading are its. Both take the next few
pages from one pipe, so neither waits long for the other, however busy the machine is. The copy is trusted as far as
this process, for both read the same file; it dies with it, and of what it died this one dies too.
"""

import marshal
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import NoReturn

from hsc_ingest.adapters.parsing import lifetime
from hsc_ingest.adapters.parsing.pdfium import Pdf
from hsc_ingest.domain.page import Fragment, PageLayout, Rule

_LONG = 64  # pages, from which on a copy is worth its start
_NICE = 5  # the second core is taken when nobody else wants it
_DONE, _NO_MEMORY, _UNREADABLE = range(3)

Progress = Callable[[int, int], None]


def layouts_of(pdf: Pdf, progress: Progress) -> list[PageLayout]:
    """All pages, laid out. Raises MemoryError, and ValueError where the copy could not read what it took."""
    size = max(4, -(-pdf.pages // 255))
    todo, fill = os.pipe()
    os.write(fill, bytes(range(-(-pdf.pages // size))))
    os.close(fill)
    try:
        if pdf.pages < _LONG or len(os.sched_getaffinity(0)) < 2:
            return list(_layouts(pdf, todo, size, progress))
        return _with_a_copy(pdf, todo, size, progress)
    finally:
        os.close(todo)


def _layouts(pdf: Pdf, todo: int, size: int, progress: Progress) -> Iterator[PageLayout]:
    """Pages that nobody has taken yet, some at a time, until there are none."""
    while taken := os.read(todo, 1):
        start = taken[0] * size
        pages = range(start, min(start + size, pdf.pages))
        yield from pdf.layouts(pages)
        progress(pages.stop, pdf.pages)


def _with_a_copy(pdf: Pdf, todo: int, size: int, progress: Progress) -> list[PageLayout]:
    source, sink = os.pipe()
    copy = os.fork()
    if not copy:
        # So that it ends at its answer, where this process died before the copy could ask to die with it.
        os.close(source)
        _help(pdf, todo, size, sink)
    os.close(sink)
    with os.fdopen(source, "rb") as pipe:
        try:
            own = list(_layouts(pdf, todo, size, progress))
            answer = pipe.read()
        except BaseException:
            os.kill(copy, signal.SIGKILL)
            raise
        finally:
            code = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    if code < 0:
        os.kill(os.getpid(), -code)
    if code == _NO_MEMORY:
        raise MemoryError
    if code != _DONE:
        raise ValueError("some of the pages cannot be read")
    dropped, others = marshal.loads(answer)  # noqa: S302 - a copy of this process wrote it
    pdf.dropped += dropped
    own += [
        PageLayout(number, width, height, [Fragment(*f) for f in fragments], [Rule(*r) for r in rules], turned)
        for number, width, height, fragments, rules, turned in others
    ]
    return sorted(own, key=lambda layout: layout.number)


def _help(pdf: Pdf, todo: int, size: int, sink: int) -> NoReturn:
    """What the copy does."""
    code = _UNREADABLE
    try:
        lifetime.end_with_parent()
        os.nice(_NICE)
        pdf.dropped = 0
        laid_out = [
            (number, width, height, list(map(tuple, fragments)), list(map(tuple, rules)), turned)
            for number, width, height, fragments, rules, turned in _layouts(pdf, todo, size, lambda *_: None)
        ]
        with os.fdopen(sink, "wb") as pipe:
            pipe.write(marshal.dumps((pdf.dropped, laid_out)))
        code = _DONE
    except MemoryError:
        code = _NO_MEMORY
    except Exception as error:
        print(f"reading some of the pages failed: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(code)
