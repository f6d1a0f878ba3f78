import gzip
import zlib
from pathlib import Path

import pytest
from hsc_ingest.adapters.fetch.body import Sink, Unpacker
from hsc_ingest.adapters.fetch.failures import FetchFailure, Reason

TEXT = b"how to reset the synthesizer " * 5000


def unpack(encoding: str, data: bytes, max_bytes: int = 1 << 30, chunk: int = 1000) -> bytes:
    unpacker = Unpacker(encoding, max_bytes)
    pieces = [piece for at in range(0, len(data), chunk) for piece in unpacker.feed(data[at : at + chunk])]
    unpacker.finish()
    return b"".join(pieces)


def refusal(encoding: str, data: bytes, max_bytes: int = 1 << 30) -> Reason:
    with pytest.raises(FetchFailure) as caught:
        unpack(encoding, data, max_bytes)
    return caught.value.reason


@pytest.mark.parametrize("chunk", [1, 7, 100_000])
def test_gzip_comes_out_as_it_went_in_however_it_is_cut(chunk: int) -> None:
    assert unpack("gzip", gzip.compress(TEXT), chunk=chunk) == TEXT


def test_deflate_is_understood_with_and_without_its_header() -> None:
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    assert unpack("deflate", zlib.compress(TEXT)) == TEXT
    assert unpack("Deflate", raw.compress(TEXT) + raw.flush()) == TEXT


def test_an_unpacked_body_passes_as_it_is() -> None:
    assert unpack("identity", TEXT) == TEXT


def test_more_bytes_than_the_cap_are_too_large_packed_or_not() -> None:
    assert refusal("", TEXT, max_bytes=1000) is Reason.TOO_LARGE
    assert refusal("gzip", gzip.compress(TEXT), max_bytes=1000) is Reason.TOO_LARGE


def test_a_bomb_is_too_large_long_before_the_cap() -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    assert refusal("gzip", bomb) is Reason.TOO_LARGE


def test_a_bomb_comes_in_slices_that_fit_in_memory() -> None:
    bomb = gzip.compress(bytes(4 * 1024 * 1024))
    assert max(len(piece) for piece in Unpacker("gzip", 1 << 30).feed(bomb)) <= 256 * 1024


@pytest.mark.parametrize("data", [gzip.compress(TEXT)[:-20], b"not gzip at all"])
def test_a_damaged_or_cut_packed_body_is_a_broken_response(data: bytes) -> None:
    assert refusal("gzip", data) is Reason.BROKEN_RESPONSE


def test_an_encoding_that_was_not_asked_for_is_a_broken_response() -> None:
    assert refusal("br", b"x") is Reason.BROKEN_RESPONSE


def test_a_sink_that_is_not_kept_leaves_no_file(tmp_path: Path) -> None:
    with Sink(tmp_path / "file") as sink:
        sink.write(b"half")
    assert not list(tmp_path.iterdir())


def test_a_kept_sink_says_the_sha_256_of_its_file(tmp_path: Path) -> None:
    with Sink(tmp_path / "file") as sink:
        sink.write(b"ab")
        sink.write(b"c")
        digest = sink.keep()
    assert digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (tmp_path / "file").read_bytes() == b"abc"
