"""A text that PostgreSQL cannot hold, one with the character NUL, is the caller's fault and not the service's."""

from collections.abc import Callable
from typing import Any

import pytest
from grpc import StatusCode, aio
from hsc.answer.v1 import answer_pb2
from hsc_rpc import errors
from support import answers

NUL = "a\0b"

Call = Callable[[Any, str], Any]
CALLS: dict[str, Call] = {
    "GetAnswer": lambda stub, _: stub.GetAnswer(answer_pb2.GetAnswerRequest(answer_id=NUL)),
    "ResumeAnswer": lambda stub, _: stub.ResumeAnswer(answer_pb2.ResumeAnswerRequest(answer_id=NUL)).read(),
    "RateAnswer": lambda stub, answer_id: stub.RateAnswer(
        answer_pb2.RateAnswerRequest(answer_id=answer_id, verdict=answer_pb2.VERDICT_HELPFUL, reason=NUL)
    ),
    "HandOver": lambda stub, _: stub.HandOver(answer_pb2.HandOverRequest(answer_id=NUL)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_it_is_refused_as_invalid(replica: Any, call: Call) -> None:
    answer_id = (await replica.ask("How many voices does it have?"))[0].answer_id
    with pytest.raises(aio.AioRpcError) as caught:
        await call(replica.stub, answer_id)
    failure = errors.from_call(caught.value)
    assert (failure.code, failure.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")


async def test_a_question_may_hold_it(replica: Any) -> None:
    assert answers.done(await replica.ask("How many\0voices does it have?")).outcome
