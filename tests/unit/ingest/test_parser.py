"""Reading in a process of its own: hostile files end in a typed failure, and the next manual is read all the same."""

import asyncio
import random
import signal
import sys
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from hsc.ingest.v1 import ingest_pb2
from hsc_ingest.adapters.parsing import Limits, ManualParser
from hsc_ingest.domain.manual import ReadingError, Reason
from support.pdf_files import PdfFile, assemble, line, paragraph
from support.processes import children, descriptors
from support.wait import until

TEXT = [
    "Hold SHIFT and press UTILITY to open the system menu of the instrument.",
    "Turn VALUE until Factory Reset is shown, then press ENTER to go on.",
    "The instrument restarts with the settings that it left the factory with.",
]
SOUND = PdfFile(
    [line("Resetting", 72, 760, 18, "F2") + paragraph(TEXT, 72, 730)],
    bookmarks=[("Resetting", 0, 780)],
    title="Sound",
)
SLOW = PdfFile(["".join(line("slow", 72, 700) for _ in range(20_000))] * 80)  # long: two processes read it


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def parser() -> AsyncIterator[ManualParser]:
    """Whatever it was given, it leaves neither a process nor a descriptor behind."""
    before = children(), descriptors()
    async with ManualParser(Limits(cpu_seconds=4, wall_seconds=6.0, pages=200)) as parser:
        yield parser
    assert (children(), descriptors()) == before


@dataclass(frozen=True)
class Read:
    title: str
    content_type: str
    pages: int
    passages: list[ingest_pb2.Passage]
    dropped_invisible: int


async def read(parser: ManualParser, folder: Path, data: bytes) -> Read:
    path = folder / "manual"
    path.write_bytes(data)
    manual, encoded = await parser.parse(path)
    passages = [ingest_pb2.Passage.FromString(each) for each in encoded]
    return Read(manual.title, manual.content_type, manual.pages, passages, manual.dropped_invisible)


async def outcome(parser: ManualParser, folder: Path, data: bytes) -> Reason | Read:
    try:
        return await read(parser, folder, data)
    except ReadingError as error:
        return error.reason


async def failure(parser: ManualParser, folder: Path, data: bytes) -> Reason:
    with pytest.raises(ReadingError) as raised:
        await read(parser, folder, data)
    assert raised.value.message.endswith((".", ")."))
    return raised.value.reason


async def test_a_sound_manual_is_read_with_its_section_its_page_and_its_boxes(
    parser: ManualParser, tmp_path: Path
) -> None:
    manual = await read(parser, tmp_path, SOUND.data())
    [passage] = manual.passages
    assert manual.title == "Sound"
    assert passage.section_path == ["Resetting"]
    assert passage.text == " ".join(TEXT)
    assert (passage.page_start, passage.page_end, passage.language) == (1, 1, "en")
    assert [passage.text[box.start : box.end] for box in passage.boxes] == TEXT


async def test_progress_tells_pages_so_far_and_pages_in_all(parser: ManualParser, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = tmp_path / "manual"
    path.write_bytes(PdfFile([paragraph(TEXT, 72, 700)] * 40).data())
    await parser.parse(path, lambda pages, of: told.append((pages, of)))
    assert told[-1] == (40, 40)
    assert told == sorted(told)
    assert len(told) >= 2


NOT_MANUALS = {
    "empty": b"",
    "white space": b"  \n\n ",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "an archive": b"PK\x03\x04" + bytes(500),
    "plain words": b"just some words, nothing else",
    "a page with hardly any text": b"<!doctype html><title>404</title><h1>Not found</h1>",
    "a login page": b"<html><body><form><input name=u><input type=password></form>" + b"<p>Welcome back</p>" * 20,
}


@pytest.mark.parametrize("data", NOT_MANUALS.values(), ids=NOT_MANUALS.keys())
async def test_what_is_no_manual_is_said_to_be_none(parser: ManualParser, tmp_path: Path, data: bytes) -> None:
    assert await failure(parser, tmp_path, data) is Reason.NOT_A_MANUAL


async def test_a_pdf_that_is_html_is_read_as_html(parser: ManualParser, tmp_path: Path) -> None:
    page = "<html><body><h1>Resetting</h1>" + "".join(f"<p>{text}</p>" for text in TEXT) + "</body></html>"
    manual = await read(parser, tmp_path, page.encode())
    assert manual.content_type == "text/html"
    assert manual.passages[0].section_path == ["Resetting"]


async def test_a_password_is_asked_for_only_where_there_is_one(parser: ManualParser, tmp_path: Path) -> None:
    plain = PdfFile([paragraph(TEXT, 72, 700)])
    assert await failure(parser, tmp_path, plain.encrypted("secret")) is Reason.ENCRYPTED
    assert (await read(parser, tmp_path, plain.encrypted(""))).passages[0].text == " ".join(TEXT)


async def test_a_file_cut_off_in_the_middle_is_told_from_a_damaged_one(parser: ManualParser, tmp_path: Path) -> None:
    whole = PdfFile([paragraph(TEXT, 72, 700)] * 20).data()
    assert await failure(parser, tmp_path, whole[:400]) is Reason.TRUNCATED
    assert await failure(parser, tmp_path, b"%PDF-1.7\n" + bytes(2000) + b"\n%%EOF\n") is Reason.DAMAGED


async def test_pages_that_are_pictures_are_said_to_be_scanned(parser: ManualParser, tmp_path: Path) -> None:
    picture = "q 500 0 0 700 40 60 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID 00ff00ff> EI Q"
    assert await failure(parser, tmp_path, PdfFile([picture] * 3).data()) is Reason.SCANNED


async def test_more_pages_than_allowed_are_refused_at_once(parser: ManualParser, tmp_path: Path) -> None:
    assert await failure(parser, tmp_path, PdfFile([paragraph(TEXT, 72, 700)] * 201).data()) is Reason.TOO_MANY_PAGES


async def test_a_million_pages_claimed_are_not_believed(parser: ManualParser, tmp_path: Path) -> None:
    data = SOUND.data().replace(b"/Count 1 ", b"/Count 1000000 ", 1)
    result = await outcome(parser, tmp_path, data)
    assert result in (Reason.TOO_MANY_PAGES, Reason.DAMAGED) or (isinstance(result, Read) and result.pages == 1)


async def test_a_page_tree_that_bites_its_tail_ends(parser: ManualParser, tmp_path: Path) -> None:
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 900 /Parent 3 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 900 /Parent 2 0 R >>",
        b"<< /First 5 0 R /Last 5 0 R >>",
        b"<< /Title (Loop) /Next 5 0 R /First 5 0 R /Parent 5 0 R >>",
    ]
    assert await failure(parser, tmp_path, assemble(bodies, info=False)) in Reason


async def test_ten_thousand_nested_objects_end(parser: ManualParser, tmp_path: Path) -> None:
    nested = b"[" * 10_000 + b"]" * 10_000
    bodies = [*SOUND.objects(), nested]
    bodies[0] = bodies[0].replace(b"/Type /Catalog", b"/Type /Catalog /Extra " + nested)
    result = await outcome(parser, tmp_path, assemble(bodies))
    assert result in (Reason.DAMAGED, Reason.LIMIT) or (isinstance(result, Read) and result.pages == 1)


async def test_a_deflate_bomb_ends_within_its_limits(parser: ManualParser, tmp_path: Path) -> None:
    bomb = zlib.compress(b"q Q " * (20 << 20), 6)
    bodies = SOUND.objects()
    bodies[7] = f"<< /Length {len(bomb)} /Filter /FlateDecode >>\nstream\n".encode() + bomb + b"\nendstream"
    assert await failure(parser, tmp_path, assemble(bodies)) in (Reason.LIMIT, Reason.SCANNED, Reason.DAMAGED)


async def test_a_picture_of_a_billion_points_costs_nothing(parser: ManualParser, tmp_path: Path) -> None:
    bodies = SOUND.objects()
    bodies[6] = bodies[6].replace(b"/Font <<", b"/XObject << /I 99 0 R >> /Font <<")
    stream = SOUND.pages[0].encode() + b"q 500 0 0 500 0 0 cm /I Do Q"
    bodies[7] = f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream"
    huge = b"<< /Type /XObject /Subtype /Image /Width 65000 /Height 65000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    bodies += [b"null"] * (98 - len(bodies)) + [huge + b" /Length 4 >>\nstream\nabcd\nendstream"]
    assert (await read(parser, tmp_path, assemble(bodies))).passages[0].text == " ".join(TEXT)


async def test_javascript_is_not_run_and_not_read(parser: ManualParser, tmp_path: Path) -> None:
    script = "/OpenAction << /S /JavaScript /JS (while(true) app.alert\\('smuggled'\\);) >>"
    manual = await read(parser, tmp_path, PdfFile([paragraph(TEXT, 72, 700)], catalog_extra=script).data())
    assert "smuggled" not in manual.passages[0].text


async def test_html_of_two_hundred_megabytes_is_refused_unread(parser: ManualParser, tmp_path: Path) -> None:
    path = tmp_path / "manual"
    with path.open("wb") as file:
        file.write(b"<!doctype html><html><body>")
        file.truncate(200 << 20)
    with pytest.raises(ReadingError) as raised:
        await parser.parse(path)
    assert raised.value.reason is Reason.LIMIT


async def test_html_nested_ten_thousand_deep_ends(parser: ManualParser, tmp_path: Path) -> None:
    data = b"<html><body>" + b"<div>" * 10_000 + " ".join(TEXT).encode() * 3
    result = await outcome(parser, tmp_path, data)
    assert result in (Reason.DAMAGED, Reason.NOT_A_MANUAL) or isinstance(result, Read)


async def test_a_manual_that_takes_too_long_is_killed_and_the_next_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "slow").write_bytes(SLOW.data())
    (tmp_path / "sound").write_bytes(SOUND.data())
    async with ManualParser(Limits(wall_seconds=0.3)) as parser:
        await parser.warm()
        with pytest.raises(ReadingError) as raised:
            await parser.parse(tmp_path / "slow")
        assert raised.value.reason is Reason.LIMIT
        assert (await parser.parse(tmp_path / "sound")).manual.pages == 1


async def test_a_manual_that_takes_too_much_work_is_killed_by_the_kernel(tmp_path: Path) -> None:
    (tmp_path / "slow").write_bytes(SLOW.data())
    async with ManualParser(Limits(cpu_seconds=0, wall_seconds=30)) as parser:
        await parser.warm()
        with pytest.raises(ReadingError) as raised:
            await parser.parse(tmp_path / "slow")
        assert raised.value.reason is Reason.LIMIT
        assert "work" in raised.value.message


async def test_a_manual_that_takes_too_much_memory_is_given_up_and_the_next_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"<html><body><h1>Large</h1>" + b"<p>some words <b>x</b></p>" * 250_000)
    (tmp_path / "sound").write_bytes(SOUND.data())
    async with ManualParser(Limits(memory_bytes=400 << 20)) as parser:
        with pytest.raises(ReadingError) as raised:
            await parser.parse(tmp_path / "large")
        assert raised.value.reason is Reason.LIMIT
        assert (await parser.parse(tmp_path / "sound")).manual.pages == 1


async def test_a_long_manual_says_the_same_though_two_processes_read_it(parser: ManualParser, tmp_path: Path) -> None:
    hidden = line("hidden", 72, 600, extra="1 1 1 rg")
    texts = [f"Page {number} says what stands on it and nothing else." for number in range(1, 101)]
    manual = await read(parser, tmp_path, PdfFile([line(text, 72, 700) + hidden for text in texts]).data())
    assert " ".join(passage.text for passage in manual.passages).replace("\n", " ") == " ".join(texts)
    assert manual.dropped_invisible == 100 * len("hidden")


async def test_of_what_the_copy_dies_the_reading_dies_and_the_next_manual_is_read(tmp_path: Path) -> None:
    (tmp_path / "slow").write_bytes(SLOW.data())
    (tmp_path / "sound").write_bytes(SOUND.data())
    async with ManualParser() as parser:
        await parser.warm()
        reading = asyncio.create_task(parser.parse(tmp_path / "slow"))
        [copy] = await until(psutil.Process(parser.process).children)
        copy.send_signal(signal.SIGXCPU)
        with pytest.raises(ReadingError) as raised:
            await reading
        assert raised.value.reason is Reason.LIMIT
        assert (await parser.parse(tmp_path / "sound")).manual.pages == 1


TOO_LATE = """
import sys
from pathlib import Path
from hsc_ingest.adapters.parsing import lifetime, pair
from hsc_ingest.adapters.parsing.pdfium import Pdf
lifetime.end_with_parent = lambda: None
pair.layouts_of(Pdf(Path(sys.argv[1]).read_bytes()), lambda *_: None)
"""
"""Reads a manual; the copy asks to die with it when it is dead already."""


async def test_a_copy_whose_original_died_before_it_could_ask_to_die_too_ends_by_itself(tmp_path: Path) -> None:
    full = "".join(line(f"Line {number} of a full page.", 72, 760 - 12 * number) for number in range(60))
    (tmp_path / "long").write_bytes(PdfFile([full] * 150).data())
    original = await asyncio.create_subprocess_exec(sys.executable, "-c", TOO_LATE, str(tmp_path / "long"))
    [copy] = await until(psutil.Process(original.pid).children)
    original.kill()
    await original.wait()
    await until(lambda: not copy.is_running())


async def test_a_cancelled_reading_leaves_no_process_behind(tmp_path: Path) -> None:
    (tmp_path / "slow").write_bytes(SLOW.data())
    before = children()
    async with ManualParser() as parser:
        await parser.warm()
        task = asyncio.create_task(parser.parse(tmp_path / "slow"))
        [copy] = await until(psutil.Process(parser.process).children)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert children() == before
        await until(lambda: not copy.is_running())


async def test_closing_leaves_neither_a_process_nor_a_descriptor_behind(tmp_path: Path) -> None:
    (tmp_path / "manual").write_bytes(SOUND.data())
    processes, opened = children(), descriptors()
    async with ManualParser() as parser:
        await parser.parse(tmp_path / "manual")
        assert children() > processes
    assert children() == processes
    assert descriptors() == opened


async def test_the_child_is_told_no_secret_of_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "not-for-children")
    before = children()
    async with ManualParser() as parser:
        await parser.warm()
        [child] = children() - before
        assert b"not-for-children" not in environment(child)


@pytest.mark.parametrize("seed", range(50))
async def test_a_mutated_pdf_is_read_or_refused(parser: ManualParser, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(PdfFile(SOUND.pages * 3, bookmarks=SOUND.bookmarks, compress=bool(seed % 2)).data())
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 60)]
            case 2:
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randrange(1, 200)]
            case _:
                data[at : at + 4] = str(chance.randrange(10**9)).encode()
    assert isinstance(await outcome(parser, tmp_path, bytes(data)), Reason | Read)


def environment(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()
