"""Sentences of real manuals, corrupted one way each, are caught; the true ones are shown."""

import pytest
from bench.answering import sets, verification
from bench.answering.verification import Figures


@pytest.fixture(scope="module")
def figures() -> Figures:
    return verification.measure()


def test_a_false_sentence_is_caught(figures: Figures) -> None:
    assert figures.caught_share >= 0.98


@pytest.mark.parametrize("corruption", ["negation", "number", "unit", "model"])
def test_no_way_of_being_false_slips_through(figures: Figures, corruption: str) -> None:
    assert figures.false[corruption] >= 10
    assert figures.caught[corruption] >= 0.95 * figures.false[corruption]


def test_what_small_words_turn_is_caught(figures: Figures) -> None:
    assert figures.turned.total() >= 100
    assert figures.turned_share >= 0.9


def test_a_true_sentence_is_hardly_ever_dropped(figures: Figures) -> None:
    assert figures.dropped_share <= 0.03


@pytest.mark.skipif(not sets.S10.exists(), reason="needs the real manuals: set HSC_SHARED_DATA")
def test_a_thousand_sentences_were_corrupted(figures: Figures) -> None:
    assert figures.false.total() == verification.WANTED
