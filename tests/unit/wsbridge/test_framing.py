import struct

import pytest
from hsc_wsbridge.framing import ClientFrames, FramingError, MessageTooLarge, lines_frame, message_frame
from hypothesis import given
from hypothesis import strategies as st

LIMIT = 1 << 16


def frames() -> ClientFrames:
    return ClientFrames(max_message=LIMIT)


def grpc_frame(message: bytes) -> bytes:
    return b"\x00" + struct.pack(">I", len(message)) + message


def test_the_documents_messages_are_read() -> None:
    parser = frames()
    assert parser.feed(bytes.fromhex("0000000000026162")) == [b"ab"]
    assert parser.feed(bytes.fromhex("000000000000")) == [b""]
    assert not parser.half_closed
    assert parser.feed(b"\x01") == []
    assert parser.half_closed


def test_the_documents_answer_is_written() -> None:
    headers = lines_frame([("content-type", "application/grpc-web+proto")])
    assert headers == b"\x80\x00\x00\x00\x2acontent-type: application/grpc-web+proto\r\n"
    assert message_frame(b"ab") == bytes.fromhex("00000000026162")
    trailers = lines_frame([("grpc-status", "0"), ("grpc-message", "")])
    assert trailers == b"\x80\x00\x00\x00\x20grpc-status: 0\r\ngrpc-message: \r\n"


@given(st.lists(st.binary(max_size=300), max_size=20), st.data())
def test_messages_survive_any_way_of_cutting_the_byte_stream(messages: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(grpc_frame(message) for message in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=10)))
    pieces = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    parser = frames()
    assert [message for piece in pieces for message in parser.feed(b"\x00" + piece)] == messages
    parser.feed(b"\x01")
    assert parser.half_closed


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_any_bytes_give_messages_or_a_framing_error(pieces: list[bytes]) -> None:
    parser = ClientFrames(max_message=30)
    try:
        got = [message for piece in pieces for message in parser.feed(piece)]
    except FramingError:
        return
    assert all(len(message) <= 30 for message in got)


@pytest.mark.parametrize("piece", [b"", b"\x02", b"\x80\x00\x00\x00\x00\x00", b"\x01\x01", b"\x01\x00"])
def test_other_leading_bytes_are_refused(piece: bytes) -> None:
    with pytest.raises(FramingError):
        frames().feed(piece)


def test_nothing_follows_the_half_close() -> None:
    parser = frames()
    parser.feed(b"\x01")
    with pytest.raises(FramingError, match="half-close"):
        parser.feed(b"\x00" + grpc_frame(b"late"))


def test_a_half_close_inside_a_message_is_refused() -> None:
    parser = frames()
    parser.feed(b"\x00" + grpc_frame(b"whole")[:-1])
    with pytest.raises(FramingError, match="middle"):
        parser.feed(b"\x01")


def test_a_compressed_message_is_refused() -> None:
    with pytest.raises(FramingError, match="compressed"):
        frames().feed(b"\x00\x01" + struct.pack(">I", 1) + b"x")


def test_an_announced_length_over_the_limit_is_refused_before_the_bytes_come() -> None:
    with pytest.raises(MessageTooLarge):
        frames().feed(b"\x00\x00" + struct.pack(">I", LIMIT + 1))


def test_a_message_at_the_limit_is_taken() -> None:
    assert frames().feed(b"\x00" + grpc_frame(bytes(LIMIT))) == [bytes(LIMIT)]
