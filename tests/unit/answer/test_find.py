"""Finding by words and by meaning: the words decide whenever the meaning has nothing to say."""

import asyncio
from collections.abc import Sequence

import pytest
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.ranking import ManualIndex
from hsc_answer.flows.find import Find
from hsc_answer.flows.ports import MeaningUnavailable

TEXTS = ["Clean the filter with water.", "Change the filter once a year.", "Hold POWER for two seconds."]
INDEX = ManualIndex.build([Passage(n, 1, 1, (f"{n}",), t, (), "en", "", "m") for n, t in enumerate(TEXTS)])
QUESTION = "the filter"


class Opinion:
    """Says what a test gives it."""

    name = "a model"

    def __init__(self, says: Sequence[float] | type[Exception] | None) -> None:
        self.says = says
        self.asked = 0

    async def likeness(self, question: str, passages: Sequence[Passage]) -> Sequence[float]:
        self.asked += 1
        if self.says is None:
            await asyncio.Event().wait()
        if isinstance(self.says, type):
            raise self.says
        assert isinstance(self.says, Sequence)
        return self.says


async def ordinals(find: Find, question: str = QUESTION) -> list[int]:
    return [hit.passage.ordinal for hit in (await find(INDEX, question, 5, "en")).hits]


async def test_the_meaning_reorders_what_the_words_found() -> None:
    by_words = await ordinals(Find())
    assert len(by_words) == 2
    assert await ordinals(Find(Opinion([0.1, 0.9]))) == by_words[::-1]


async def test_silence_is_judged_by_the_order_of_the_words() -> None:
    found = await Find(Opinion([0.1, 0.9]))(INDEX, QUESTION, 5, "en")
    assert list(found.by_words) == INDEX.search(QUESTION, 5, "en") != list(found.hits)


@pytest.mark.parametrize("says", [None, MeaningUnavailable], ids=["late", "unavailable"])
async def test_a_model_that_is_late_or_fails_leaves_the_words_order(says: type[Exception] | None) -> None:
    assert await ordinals(Find(Opinion(says), wait_s=0.01)) == await ordinals(Find())


async def test_a_question_that_the_words_settle_costs_no_model() -> None:
    model = Opinion([1.0])
    assert await ordinals(Find(model), "hold power") == [2]
    assert not model.asked


def test_only_the_words_are_sure_to_find_the_same_again() -> None:
    assert Find().repeatable
    assert not Find(Opinion([])).repeatable
