import pytest
from hsc_wsbridge.metadata import (
    MetadataError,
    forwarded,
    outgoing,
    parse,
    percent_encoded,
    request_id,
    timeout_seconds,
    traceparent,
)
from hypothesis import given
from hypothesis import strategies as st


def test_the_documents_first_message_is_read() -> None:
    assert parse(b"content-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\n") == [
        ("content-type", "application/grpc-web+proto"),
        ("x-grpc-web", "1"),
    ]


def test_keys_are_lower_cased_and_values_trimmed() -> None:
    assert parse(b"Authorization:  Bearer abc \r\nx-empty:\r\n") == [("authorization", "Bearer abc"), ("x-empty", "")]


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"no line end",
        b"a: b\r\nno line end",
        b"a: b\r\n\r\n",
        b"no colon\r\n",
        b": no key\r\n",
        b"a b: spaced key\r\n",
        "a: é\r\n".encode(),
        b"a: b\nc: d\r\n",
        b"a: \x00\r\n",
        b"content-type: application/json\r\n",
        b"a: " + b"x" * 8192 + b"\r\n",
    ],
)
def test_anything_else_is_refused(message: bytes) -> None:
    with pytest.raises(MetadataError):
        parse(message)


@given(st.binary(max_size=200))
def test_any_bytes_are_metadata_or_a_metadata_error(message: bytes) -> None:
    try:
        pairs = parse(message)
    except MetadataError:
        return
    assert all(key == key.lower() and key.isascii() and value.isascii() for key, value in pairs)


def test_only_allowed_keys_travel_on() -> None:
    pairs = [
        ("authorization", "Bearer abc"),
        ("connection", "upgrade"),
        ("te", "trailers"),
        ("grpc-encoding", "gzip"),
        ("x-request-id", "mine"),
        ("traceparent", "mine"),
        ("x-forwarded-for", "10.0.0.1"),
    ]
    assert forwarded(pairs, ("authorization", "accept-language")) == [("authorization", "Bearer abc")]


def test_binary_values_are_base64_padded_or_not_and_may_be_several() -> None:
    pairs = [("a-bin", "AP8"), ("a-bin", "AP8="), ("a-bin", "AQ, Ag==")]
    assert forwarded(pairs, ("a-bin",)) == [
        ("a-bin", b"\x00\xff"),
        ("a-bin", b"\x00\xff"),
        ("a-bin", b"\x01"),
        ("a-bin", b"\x02"),
    ]


def test_a_binary_value_that_is_not_base64_is_refused() -> None:
    with pytest.raises(MetadataError, match="a-bin"):
        forwarded([("a-bin", "?!")], ("a-bin",))


@pytest.mark.parametrize(("value", "seconds"), [("10S", 10), ("2M", 120), ("1H", 3600), ("250m", 0.25), ("0n", 0)])
def test_the_clients_timeout_is_read(value: str, seconds: float) -> None:
    assert timeout_seconds([("grpc-timeout", value)]) == seconds


def test_no_timeout_is_none() -> None:
    assert timeout_seconds([("a", "b")]) is None


@pytest.mark.parametrize("value", ["", "10", "S", "-1S", "123456789S", "1.5S", "1s"])
def test_a_malformed_timeout_is_refused(value: str) -> None:
    with pytest.raises(MetadataError):
        timeout_seconds([("grpc-timeout", value)])


def test_binary_metadata_goes_out_as_base64_and_nothing_breaks_a_line() -> None:
    assert outgoing([("a-bin", b"\x00\xff"), ("b", "plain"), ("c", "two\r\nlines")]) == [
        ("a-bin", "AP8="),
        ("b", "plain"),
    ]


@pytest.mark.parametrize(
    ("message", "encoded"),
    [("", ""), ("plain text, ok: 1/2", "plain text, ok: 1/2"), ("100%", "100%25"), ("é\n", "%C3%A9%0A")],
)
def test_grpc_message_is_percent_encoded(message: str, encoded: str) -> None:
    assert percent_encoded(message) == encoded


def test_the_gateways_request_id_is_kept_and_another_text_is_not() -> None:
    ours = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert request_id(ours) == ours
    assert request_id("'; drop table") != "'; drop table"
    assert len(request_id(None)) == 36


def test_the_trace_id_is_the_request_ids_digits() -> None:
    version, trace, span, _flags = traceparent("0f8fad5b-d9cb-469f-a165-70867728950e").split("-")
    assert (version, trace, len(span)) == ("00", "0f8fad5bd9cb469fa16570867728950e", 16)
