"""The goals that answering reaches on annotated questions stay reached, whatever reading or ranking becomes."""

import pytest
from bench.answering import products, ranking, sets

S10 = pytest.mark.skipif(not sets.S10.exists(), reason="needs the real manuals: set HSC_SHARED_DATA")


@S10
def test_the_right_section_of_a_phones_manual_is_among_the_first() -> None:
    ranks = ranking.s10_ranks()
    assert [ranking.within(ranks, places) >= goal for places, goal in ((1, 0.88), (3, 0.96), (5, 0.98))] == [True] * 3
    assert sum(1 / rank for rank in ranks) / len(ranks) >= 0.91


@S10
def test_extracts_are_like_the_answers_that_people_marked() -> None:
    assert ranking.s10_rouge() >= 0.70


def test_questions_about_the_sample_products_are_answered_early_or_met_by_silence() -> None:
    went = [(q["answerable"], products.outcome(q)) for q in products.every("samples")]
    answerable = [outcome for possible, outcome in went if possible]
    in_vain = [outcome for possible, outcome in went if not possible]
    assert sum("in 25" in outcome for outcome in answerable) >= 0.8 * len(answerable)
    assert sum("answered" in outcome for outcome in in_vain) <= 0.1 * len(in_vain)
