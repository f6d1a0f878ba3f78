"""answers_unresolved_total: an answer that was asked again, found unhelpful or handed over did not do."""

from typing import Any

import pytest
from hsc.answer.v1 import answer_pb2
from hsc_answer.flows import resolution
from prometheus_client import REGISTRY

VOICES, KEYS, NONSENSE = "How many voices does it have?", "How slim are the keys?", "Does it run on liquid nitrogen?"


class Counted:
    """What was counted since."""

    def __init__(self) -> None:
        self._before = self._now()

    @property
    def since(self) -> dict[str, float]:
        return {why: count - self._before[why] for why, count in self._now().items() if count > self._before[why]}

    @staticmethod
    def _now() -> dict[str, float]:
        whys = ("asked_again", "not_helpful", "handed_over")
        return {why: REGISTRY.get_sample_value("answers_unresolved_total", {"why": why}) or 0 for why in whys}


@pytest.fixture
def counted() -> Counted:
    return Counted()


async def rate(replica: Any, answer_id: str, verdict: answer_pb2.Verdict) -> None:
    await replica.stub.RateAnswer(answer_pb2.RateAnswerRequest(answer_id=answer_id, verdict=verdict))


async def ask(replica: Any, question: str, **fields: Any) -> str:
    return str((await replica.ask(question, **fields))[0].answer_id)


async def test_an_answer_that_nobody_complains_of_did(replica: Any, counted: Counted, session_id: str) -> None:
    await rate(replica, await ask(replica, VOICES, session_id=session_id), answer_pb2.VERDICT_HELPFUL)
    assert counted.since == {}


async def test_asking_again_soon_about_the_same_product_counts(replica: Any, counted: Counted, session_id: str) -> None:
    await ask(replica, VOICES, session_id=session_id)
    await ask(replica, KEYS, session_id=session_id)
    assert counted.since == {"asked_again": 1}


async def test_asking_again_much_later_is_another_matter(
    replica: Any, counted: Counted, session_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolution, "ASKED_AGAIN_S", -1)
    await ask(replica, VOICES, session_id=session_id)
    await ask(replica, KEYS, session_id=session_id)
    assert counted.since == {}


async def test_asking_about_another_product_is_another_matter(replica: Any, counted: Counted, session_id: str) -> None:
    await ask(replica, VOICES, session_id=session_id)
    await ask(replica, VOICES, product_id="stand", session_id=session_id)
    assert counted.since == {}


async def test_each_answer_counts_once_whatever_comes_together(replica: Any, counted: Counted, session_id: str) -> None:
    answer_id = await ask(replica, VOICES, session_id=session_id)
    await rate(replica, answer_id, answer_pb2.VERDICT_NOT_HELPFUL)
    await replica.stub.HandOver(answer_pb2.HandOverRequest(answer_id=answer_id))
    await ask(replica, KEYS, session_id=session_id)
    assert counted.since == {"not_helpful": 1}


async def test_an_answer_that_is_handed_over_did_not_do(replica: Any, counted: Counted) -> None:
    await replica.stub.HandOver(answer_pb2.HandOverRequest(answer_id=await ask(replica, VOICES)))
    assert counted.since == {"handed_over": 1}


async def test_silence_never_claimed_to_be_an_answer(replica: Any, counted: Counted) -> None:
    await rate(replica, await ask(replica, NONSENSE), answer_pb2.VERDICT_NOT_HELPFUL)
    assert counted.since == {}
