"""`hsc eval` over the wire: ratings become questions, questions become scores."""

from typing import Any

import pytest
from hsc.answer.v1 import answer_pb2
from hsc_cli import evaluation, place
from hsc_cli.client import Client

from .conftest import SYNTH, TOKEN

VOICES, SILENT = "How many voices does it have?", "Does it run on liquid nitrogen?"
FACT = "Polyphony: 16 voices"


@pytest.fixture
def client(replica: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("HSC_ADDRESS", f"127.0.0.1:{replica.server.port}")
    monkeypatch.setenv("HSC_ADMIN_TOKEN", TOKEN)
    return Client(place.find(), replica.channel)


async def rated(replica: Any, question: str, verdict: answer_pb2.Verdict, reason: str = "") -> None:
    answer_id = (await replica.ask(question))[0].answer_id
    await replica.stub.RateAnswer(answer_pb2.RateAnswerRequest(answer_id=answer_id, verdict=verdict, reason=reason))


async def test_rated_answers_become_questions_over_all_pages(
    replica: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "PAGE", 1)
    await rated(replica, VOICES, answer_pb2.VERDICT_HELPFUL)
    await rated(replica, SILENT, answer_pb2.VERDICT_HELPFUL)
    await rated(replica, "How slim are the keys?", answer_pb2.VERDICT_NOT_HELPFUL, "wrong page")
    wrong, silent, right, *_ = [question async for question in evaluation.collect(client)]
    assert (wrong["rated"], wrong["reason"]) == ("not_helpful", "wrong page")
    assert "key_fact" not in wrong
    assert silent["answerable"] is False
    assert (right["product_id"], right["key_fact"], right["section"][-1]) == (SYNTH, FACT, "Specifications")


async def test_what_was_collected_can_be_scored(replica: Any, client: Client) -> None:
    await rated(replica, VOICES, answer_pb2.VERDICT_HELPFUL)
    question, *_ = [question async for question in evaluation.collect(client)]
    went = await evaluation.score(client, question)
    assert (went.outcome, went.rank, went.right, went.early) == ("answered", 1, True, True)


async def test_a_section_by_its_title_is_ranked_too(client: Client) -> None:
    went = await evaluation.score(client, {"product_id": SYNTH, "question": VOICES, "section": "Specifications"})
    assert (went.rank, went.right) == (1, None)


async def test_silence_is_right_where_the_manual_is_silent(client: Client) -> None:
    went = await evaluation.score(client, {"product_id": SYNTH, "question": SILENT, "answerable": False})
    assert (went.outcome, went.right) == ("not_in_manual", True)


async def test_an_answer_is_compared_with_the_one_it_should_be_like(client: Client) -> None:
    answer = "A factory reset erases all user programs. Switch the Tempera 2 off and hold SHIFT."
    went = await evaluation.score(
        client, {"product_id": SYNTH, "question": "How do I do a factory reset?", "answer": answer}
    )
    assert went.rouge is not None
    assert went.rouge > 0.4
