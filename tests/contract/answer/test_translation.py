"""A question in a language that the manual lacks is put into the manual's by the model, before the search."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hsc.answer.v1 import answer_pb2
from support import answers
from support.wait import until

from .chat import QUESTION, TRUE, Chat, line, serving
from .conftest import World

# Words that no glossary of the field has.
HEBREW = "כיצד משגרים את הטמפרה לקדמותה המקורית?"
IN_THE_GLOSSARY = "איך עושים איפוס להגדרות היצרן?"
# A translation that leaves a fifth of the time to write.
BUDGET_S, SLOWLY_S = 2.0, 1.6
ANSWERED, SILENT = answer_pb2.ANSWER_OUTCOME_ANSWERED, answer_pb2.ANSWER_OUTCOME_NOT_IN_MANUAL


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with serving() as served:
        served.translation = QUESTION
        yield served


def settings(chat: Chat, **more: Any) -> dict[str, Any]:
    patient = {"hsc_model": "openai", "openai_model": "a-model", "model_first_sentence_s": 30}
    return {**patient, "openai_base_url": chat.url, **more}


@pytest.fixture
async def replica(world: World, chat: Chat) -> Any:
    return await world.replica(**settings(chat))


async def test_a_translated_question_finds_what_its_own_words_do_not(replica: Any, chat: Chat) -> None:
    events = await replica.ask(HEBREW)
    assert answers.done(events).outcome == ANSWERED
    assert answers.pages(events) == [17]
    assert HEBREW in chat.to_translate[0]["messages"][1]["content"]


async def test_without_a_model_the_same_question_is_met_with_silence(world: World) -> None:
    assert answers.done(await (await world.replica()).ask(HEBREW)).outcome == SILENT


async def test_the_answer_is_written_to_the_question_as_it_was_asked(replica: Any, chat: Chat) -> None:
    await replica.ask(HEBREW)
    assert f"Question: {HEBREW}" in chat.asked[0]["messages"][1]["content"]


async def test_what_the_translation_cost_is_part_of_what_the_answer_cost(replica: Any) -> None:
    usage = answers.done(await replica.ask(HEBREW)).usage
    assert (usage.input_tokens, usage.output_tokens) == (1000, 50)


async def test_a_question_in_the_manuals_language_is_not_translated(replica: Any, chat: Chat) -> None:
    await replica.ask(QUESTION)
    assert not chat.to_translate


@pytest.mark.parametrize(
    "said", ["", "one line\nand another", "How do I reset the Tempera 3?", "It is done with SHIFT. " * 40]
)
async def test_a_translation_that_is_none_is_not_used(replica: Any, chat: Chat, said: str) -> None:
    chat.translation = said
    done = answers.done(await replica.ask(HEBREW))
    assert (done.outcome, done.reason) == (SILENT, "NOT_IN_MANUAL")


async def test_a_model_that_hangs_at_the_translation_leaves_the_glossary(world: World, chat: Chat) -> None:
    chat.translates.clear()
    replica = await world.replica(**settings(chat, model_first_sentence_s=0.05))
    events = await replica.ask(IN_THE_GLOSSARY)
    assert (answers.done(events).outcome, answers.done(events).reason) == (ANSWERED, "MODEL_UNAVAILABLE")
    assert 17 in answers.pages(events)
    assert not chat.asked


async def test_a_translation_takes_of_the_time_to_the_first_sentence(world: World, chat: Chat) -> None:
    chat.translates.clear()
    chat.begins.clear()
    replica = await world.replica(**settings(chat, model_first_sentence_s=BUDGET_S))
    began = time.monotonic()
    asking = asyncio.create_task(replica.ask(IN_THE_GLOSSARY))
    await until(lambda: len(chat.to_translate) == 1)
    asyncio.get_running_loop().call_later(SLOWLY_S, chat.translates.set)
    done = answers.done(await asking)
    took = time.monotonic() - began
    assert len(chat.asked) == 1  # it was translated in time, and hangs at the writing
    assert (done.outcome, done.reason) == (ANSWERED, "MODEL_UNAVAILABLE")
    assert took < SLOWLY_S + BUDGET_S


async def test_silence_for_want_of_a_translation_is_not_kept(world: World, chat: Chat) -> None:
    chat.statuses = [400]
    replica = await world.replica(**settings(chat))
    before = answers.done(await replica.ask(HEBREW))
    after = answers.done(await replica.ask(HEBREW))
    assert (before.outcome, before.reason) == (SILENT, "MODEL_UNAVAILABLE")
    assert after.outcome == ANSWERED


async def test_a_hebrew_sentence_stands_on_an_english_quote(replica: Any, chat: Chat) -> None:
    chat.pieces = [line("איפוס להגדרות היצרן מוחק את כל התוכניות של המשתמש.", TRUE)]
    events = await replica.ask(HEBREW)
    assert [event.citation.quote for event in events if event.HasField("citation")] == [TRUE]
    assert "איפוס" in answers.text(events)
