"""How long from bytes to passages, beside what pdfium needs for the bare text, in one run.

The ratio is of CPU time, over all processes that read; a long manual is read on two cores where there are two.

python tests/bench/reading/speed.py MANUAL.pdf…
A manual of 700 pages is made from the first one by repeating its pages.
"""

import asyncio
import io
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pypdfium2  # type: ignore[import-untyped]
from hsc_ingest.adapters.parsing import ManualParser

ROUNDS = 5


def floor(data: bytes) -> float:
    """CPU seconds of pdfium's own text extraction, nothing kept."""
    start = time.process_time()
    pdf = pypdfium2.PdfDocument(data)
    for page in pdf:
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    pdf.close()
    return time.process_time() - start


def repeated(data: bytes, pages: int) -> bytes:
    source = pypdfium2.PdfDocument(data)
    target = pypdfium2.PdfDocument.new()
    while len(target) < pages:
        target.import_pages(source, list(range(min(len(source), pages - len(target)))))
    out = io.BytesIO()
    target.save(out)
    return out.getvalue()


def megabytes(process: int) -> float:
    """Of a process and those it has started, what they share counted once."""
    whole = 0.0
    for one in [psutil.Process(process), *psutil.Process(process).children()]:
        with suppress(psutil.Error):
            whole += one.memory_full_info().pss
    return whole / (1 << 20)


def cpu_seconds(process: int) -> float:
    """Of a process and those it has started and seen end."""
    return sum(psutil.Process(process).cpu_times()[:4])


async def measure(path: Path) -> tuple[float, float, float, int, int]:
    """The best wall time and CPU time of some rounds in a warm child, its peak memory, pages and passages."""
    best = work = float("inf")
    peak = 0.0
    async with ManualParser() as parser:
        await parser.warm()
        child = parser.process or 0
        for _ in range(ROUNDS):
            before, start = cpu_seconds(child), time.perf_counter()
            manual, passages = await parser.parse(path)
            best = min(best, time.perf_counter() - start)
            work = min(work, cpu_seconds(child) - before)
        reading = asyncio.create_task(parser.parse(path))
        while not reading.done():
            peak = max(peak, await asyncio.to_thread(megabytes, child))
            await asyncio.sleep(0.005)
        await reading
        return best, work, peak, manual.pages, len(passages)


def main(paths: list[Path]) -> None:
    print("manual                   pages passages  floor s  wall s  cpu s  ratio  peak MB")
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / f"{paths[0].stem}-700.pdf"
        long.write_bytes(repeated(paths[0].read_bytes(), 700))
        for path in [*paths, long]:
            bare = min(floor(path.read_bytes()) for _ in range(ROUNDS))
            wall, work, peak, pages, passages = asyncio.run(measure(path))
            measured = f"{bare:8.3f} {wall:7.3f} {work:6.2f} {work / bare:6.2f} {peak:8.0f}"
            print(f"{path.name:24} {pages:5} {passages:8} {measured}")


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:]])
