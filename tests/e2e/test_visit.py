"""One visit: typing, the manual that arrives meanwhile, and the answer with its page."""

import json
from pathlib import Path

import pytest
from e2e.desk import READY, Desk
from hsc.answer.v1 import answer_pb2
from hsc.ingest.v1 import ingest_pb2

SAMPLES = Path(__file__).parents[2] / "compose" / "samples"
QUESTIONS = json.loads((SAMPLES / "questions.json").read_text())
VIREO = "ardlen-vireo-61"
SENTENCE = "how do i reset the vireo 61 to factory settings"


def question(text: str) -> dict[str, str | int]:
    """The sample question that begins so."""
    return next(each for each in QUESTIONS if each["question"].startswith(text))


async def test_typing_finds_the_product_fetches_its_manual_and_the_answer_stands_on_the_right_page(desk: Desk) -> None:
    async with desk.typing() as typing:
        told = [await typing.type(SENTENCE[:end]) for end in range(1, len(SENTENCE) + 1)]
        locked = [p.product_id for each in told for p in each.predictions if p.locked]
        assert set(locked) == {VIREO}, "another product was locked on the way"
        assert told[-1].predictions[0].product_id == VIREO
        assert told[-1].predictions[0].locked
        assert "vireo 61" in told[-1].product_text
        assert (await typing.until_final(VIREO)).state == READY
    answer = await desk.ask(VIREO, told[-1].question_text)
    assert answer.outcome == "ANSWERED"
    cited = answer.quotes("Hold EXIT and SEQ and switch on")
    assert [citation.page_start for citation in cited] == [17]
    assert "Resetting to the factory settings" in cited[0].section_path[-1]


async def test_the_lock_comes_before_the_sentence_is_over(desk: Desk) -> None:
    async with desk.typing() as typing:
        predicted = await typing.type("how do i reset the vireo 61")
    assert [p.product_id for p in predicted.predictions if p.locked] == [VIREO]


@pytest.mark.parametrize(
    "begin",
    [
        "What does E07 mean",
        "when is the support desk staffed",
        "how many scenes can be stored",
        "how many steps can a pattern have",
        "how do I undo the last layer of the loop",
        "Brauche ich einen Treiber unter Linux",
        "כמה זמן להמתין",
        "how far from the wall should the Cairn 8 stand",
    ],
)
async def test_every_kind_of_manual_answers_from_the_page_where_it_stands(desk: Desk, begin: str) -> None:
    asked = question(begin)
    answer = await desk.ask(str(asked["product_id"]), str(asked["question"]))
    assert answer.outcome == "ANSWERED"
    assert asked["page"] in answer.pages
    assert any(str(asked["section"]) in title for title in answer.sections)
    assert str(asked["key_fact"]) in " ".join(" ".join(citation.quote.split()) for citation in answer.citations)


async def test_every_quote_stands_in_the_manual_that_is_cited(desk: Desk) -> None:
    answer = await desk.ask(VIREO, "How do I reset the Vireo 61 to factory settings?")
    assert answer.citations
    for citation in answer.citations:
        request = ingest_pb2.ListPassagesRequest(manual_id=citation.manual_id)
        page = [
            each.passage.text
            async for each in desk.ingest.ListPassages(request)
            if each.passage.page_start <= citation.page_start <= each.passage.page_end
        ]
        assert " ".join(citation.quote.split()) in " ".join(" ".join(page).split())


@pytest.mark.parametrize("begin", ["What does T-199 mean", "Does the DR-8 have Wi-Fi"])
async def test_where_the_manual_is_silent_the_answer_says_so(desk: Desk, begin: str) -> None:
    asked = question(begin)
    answer = await desk.ask(str(asked["product_id"]), str(asked["question"]))
    assert (answer.outcome, answer.text) == ("NOT_IN_MANUAL", "")


async def test_the_answer_comes_with_the_brand_and_what_is_related(desk: Desk) -> None:
    request = answer_pb2.AskRequest(product_id=VIREO, question="How heavy is it?")
    contexts = [event.context async for event in desk.answer.Ask(request) if event.HasField("context")]
    assert [context.brand.name for context in contexts] == ["Ardlen"]
    assert contexts[0].related


async def test_the_receipt_keeps_what_was_asked_and_cited(desk: Desk) -> None:
    answer = await desk.ask(VIREO, "What does E07 mean?")
    kept = (await desk.answer.GetAnswer(answer_pb2.GetAnswerRequest(answer_id=answer.done.answer_id))).answer
    assert (kept.question, kept.product_id, kept.outcome) == ("What does E07 mean?", VIREO, answer.done.outcome)
    assert list(kept.citations) == answer.citations
    assert {manual.manual_id for manual in kept.manuals} >= {each.manual_id for each in kept.citations}
