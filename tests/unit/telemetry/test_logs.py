import io
import json
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

import pytest
from hsc_telemetry import context, logs


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    monkeypatch.setenv("HSC_ADMIN_TOKEN", "correct-horse")
    monkeypatch.setenv("DATABASE_URL", "postgresql://hsc:battery%2Fstaple@db/hsc")
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.setup("catalog", "INFO", stream)
    yield stream
    logging.captureWarnings(False)
    sys.excepthook = hook
    root.handlers[:] = handlers
    root.setLevel(level)


def the_line(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def test_a_line_says_when_where_and_what(lines: io.StringIO) -> None:
    logging.getLogger("hsc.test").warning("no %s", "answer", extra={"took_s": 1.5})
    line = the_line(lines)
    assert line["timestamp"].endswith("+00:00")
    assert (line["level"], line["logger"], line["service"]) == ("WARNING", "hsc.test", "catalog")
    assert (line["message"], line["took_s"]) == ("no answer", 1.5)


def test_every_line_carries_trace_request_session_and_product(lines: io.StringIO) -> None:
    def call() -> None:
        context.bind_metadata({"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "x-request-id": "req-1"})
        context.bind(session_id="s-1", product_id="td-17")
        logging.getLogger("hsc.test").info("said")

    copy_context().run(call)
    line = the_line(lines)
    assert (line["trace_id"], line["request_id"]) == ("a" * 32, "req-1")
    assert line["product_id"] == "td-17"
    assert re.fullmatch("[0-9a-f]{16}", line["session_id"])


def test_a_line_outside_of_a_call_has_the_same_fields_empty(lines: io.StringIO) -> None:
    logging.getLogger("hsc.test").info("said")
    line = the_line(lines)
    assert [line[name] for name in ("trace_id", "request_id", "session_id", "product_id")] == [""] * 4


def test_an_exception_stays_on_its_line(lines: io.StringIO) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("hsc.test").exception("failed")
    assert "ValueError: two\nlines" in the_line(lines)["exc_info"]


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ("the token is correct-horse", "correct-horse"),
        ("password battery/staple refused", "battery/staple"),
        ("sent Authorization: Bearer abc.def-ghi", "abc.def-ghi"),
        ("connecting to redis://user:hunter2@cache:6379/0", "hunter2"),
        ("connecting to redis://:hunter2@cache:6379/0", "hunter2"),
    ],
)
def test_secrets_are_never_logged(lines: io.StringIO, message: str, secret: str) -> None:
    logging.getLogger("hsc.test").info(message)
    assert secret not in lines.getvalue()
    the_line(lines)


@pytest.mark.parametrize("name", ["authorization", "api_key", "Set_Cookie", "admin_token", "password"])
def test_a_field_that_is_named_like_a_secret_is_hidden(lines: io.StringIO, name: str) -> None:
    logging.getLogger("hsc.test").info("said", extra={name: 'p"ssw\\rd-1'})
    assert the_line(lines)[name] == "[hidden]"


def test_warnings_and_uncaught_exceptions_are_lines_too(lines: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    error = RuntimeError("gone")
    sys.excepthook(RuntimeError, error, None)
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert "DeprecationWarning: old" in first["message"]
    assert (second["level"], second["exc_info"]) == ("CRITICAL", "RuntimeError: gone")
