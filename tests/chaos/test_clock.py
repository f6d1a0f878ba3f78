"""The clocks of half the processes jump by an hour, ahead or back, and users notice nothing."""

import time
import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest
from chaos import clocks
from chaos.conftest import LONG, House, house_of, nothing_wrong
from chaos.shelf import shelf
from e2e.desk import read
from hsc.answer.v1 import answer_pb2, answer_pb2_grpc
from hsc_rpc.channels import connect
from support.wait import until

pytestmark = [
    pytest.mark.skipif(not LONG, reason="in the long form: it needs a stack of its own"),
    pytest.mark.skipif(not clocks.AVAILABLE, reason="needs libfaketime (Debian's package of that name)"),
]

HOUR_S = 3600
# libfaketime looks once a second what the time is.
NOTICED_S = 10
READY_S = 60
WRONG = ("catalog-2", "prediction-2", "answer-2", "ingest-2", "worker-2", "wsbridge-2")


@pytest.fixture(scope="module")
async def timed() -> AsyncIterator[House]:
    """Two of each service, each process with a clock of its own."""
    async with house_of({"HSC_REPLICAS": "2", **clocks.environment()}) as own:
        yield own


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S], ids=["ahead", "back"])
async def test_a_clock_that_jumps_is_noticed_by_nobody(timed: House, jump_s: int) -> None:
    async with shelf(timed) as unread, timed.visited() as visitors:
        for name in WRONG:
            clocks.put(timed.up, name, jump_s)
        await until(lambda: _is_off_by(timed, jump_s), NOTICED_S)
        await _one_conversation_over_both(timed)
        [product] = unread.products
        await unread.prefetch(product)
        await until(lambda: unread.is_ready(product), READY_S)
        await until(lambda: _agree_who_is_online(timed), NOTICED_S)
        record = await visitors.closed(f"clock-{jump_s:+d}")
    nothing_wrong(record)
    assert (record.failures, dict(record.breaks)) == (0, {}), record.as_table()
    assert set(record.outcomes) == {"ANSWERED"}, record.as_table()


async def _is_off_by(house: House, jump_s: int) -> bool:
    """Whether the clock has jumped: a turn is stored with the time of the replica that answered it."""
    session_id = uuid.uuid4().hex
    await _ask(house, "answer-2", session_id)
    [turn] = await _turns(house, session_id)
    return abs(turn.asked_at.seconds - time.time() - jump_s) < HOUR_S / 2


async def _one_conversation_over_both(house: House) -> None:
    """What one replica stored is there for the other, in the order in which it was asked, whatever time they have."""
    session_id = uuid.uuid4().hex
    answered = [await _ask(house, name, session_id) for name in ("answer", "answer-2", "answer")]
    assert [turn.answer_id for turn in await _turns(house, session_id)] == answered
    async with connect(f"127.0.0.1:{house.up.ports['answer']}") as channel:
        request = answer_pb2.ResumeAnswerRequest(answer_id=answered[1])
        read([event async for event in answer_pb2_grpc.AnswerServiceStub(channel).ResumeAnswer(request, timeout=10)])


async def _ask(house: House, replica: str, session_id: str) -> str:
    """The id of an answer that this replica gave, as it must be."""
    question, known = next(iter(house.known.items()))
    request = answer_pb2.AskRequest(product_id=question.product_id, question=question.text, session_id=session_id)
    async with connect(f"127.0.0.1:{house.up.ports[replica.replace('-', '_')]}") as channel:
        events = [event async for event in answer_pb2_grpc.AnswerServiceStub(channel).Ask(request, timeout=10)]
    assert read(events).text == known
    return str(events[0].answer_id)


async def _turns(house: House, session_id: str) -> list[answer_pb2.Turn]:
    async with connect(f"127.0.0.1:{house.up.ports['answer']}") as channel:
        request = answer_pb2.GetSessionRequest(session_id=session_id)
        return list((await answer_pb2_grpc.AnswerServiceStub(channel).GetSession(request, timeout=10)).turns)


async def _agree_who_is_online(house: House) -> bool:
    """Whether both replicas count the same people, those of each among them."""
    counts = []
    async with aiohttp.ClientSession() as session:
        for name in ("prediction_metrics", "prediction_2_metrics"):
            async with session.get(f"http://127.0.0.1:{house.up.ports[name]}/metrics") as response:
                lines = (await response.text()).splitlines()
            counts += [float(line.split()[1]) for line in lines if line.startswith("users_online ")]
    return counts[0] == counts[1] > 0
