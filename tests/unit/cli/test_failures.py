"""Each failure has the exit code that the help promises."""

import pytest
from grpc import StatusCode
from hsc_cli import failures
from hsc_rpc.errors import Failure, Violation


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (StatusCode.INVALID_ARGUMENT, 2),
        (StatusCode.UNAVAILABLE, 3),
        (StatusCode.DEADLINE_EXCEEDED, 3),
        (StatusCode.RESOURCE_EXHAUSTED, 3),
        (StatusCode.NOT_FOUND, 4),
        (StatusCode.UNAUTHENTICATED, 5),
        (StatusCode.PERMISSION_DENIED, 5),
        (StatusCode.INTERNAL, 1),
        (StatusCode.FAILED_PRECONDITION, 1),
    ],
)
def test_a_code_for_each_kind(code: StatusCode, expected: int) -> None:
    assert failures.exit_code(Failure(code, "REASON", "why")) == expected


def test_no_document_is_no_answer() -> None:
    assert failures.exit_code(Failure(StatusCode.FAILED_PRECONDITION, "NO_DOCUMENT", "none")) == 6


def test_json_keeps_all_that_the_server_said() -> None:
    failure = Failure(
        StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", "text: too long", (Violation("text", "too long"),), 1.5
    )
    assert failures.as_json(failure) == {
        "error": {
            "code": "INVALID_ARGUMENT",
            "reason": "INVALID_REQUEST",
            "message": "text: too long",
            "field_violations": [{"field": "text", "description": "too long"}],
            "retry_after_s": 1.5,
        }
    }
