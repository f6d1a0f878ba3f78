"""Requests from outside: decoded and checked against the contract's rules before a service sees them."""

from collections.abc import Callable
from functools import cache

import protovalidate
from google.protobuf.message import DecodeError, Message

from hsc_rpc.errors import Violation, invalid

Decoder = Callable[[bytes], Message]


@cache
def _validator() -> protovalidate.Validator:
    return protovalidate.Validator()


def _path(violation: protovalidate.Violation) -> str:
    parts: list[str] = []
    for element in violation.proto.field.elements if violation.proto.field else ():
        index = element.subscript.value if element.subscript else None
        parts.append(f"{element.field_name}[{index}]" if isinstance(index, int) else element.field_name)
    return ".".join(parts) or "request"


def check(message: Message) -> None:
    """Raise INVALID_ARGUMENT naming each field that breaks a rule of the contract."""
    try:
        _validator().validate(message)
    except protovalidate.ValidationError as error:
        raise invalid(*(Violation(_path(v), v.proto.message) for v in error.violations)) from None


def decode(data: bytes, decoder: Decoder) -> Message:
    """Decode and check a request; bytes that are no such message (broken UTF-8 too) are INVALID_ARGUMENT."""
    try:
        message = decoder(data)
    except (DecodeError, UnicodeDecodeError):
        raise invalid(
            Violation("request", "is not such a message, or a text in it is not UTF-8"),
            reason="MALFORMED_REQUEST",
        ) from None
    check(message)
    return message
