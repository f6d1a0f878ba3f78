"""Scores say what they say they do."""

from typing import Any

import pytest
from hsc_cli import evaluation
from hsc_cli.evaluation import Scored


def test_rouge_counts_the_longest_common_subsequence_of_stems() -> None:
    assert evaluation.rouge_l("Hold the power key", "Holding the red power keys") == pytest.approx(2 * 4 / 9)
    assert evaluation.rouge_l("one two", "three") == 0
    assert evaluation.rouge_l("a b c", "a b c") == 1


def scored(**fields: Any) -> Scored:
    return Scored(**{"question": {"question": "q", "product_id": "p"}, "outcome": "answered", **fields})


def test_a_section_that_is_not_found_is_no_hit() -> None:
    rows = {name: figure for name, figure, _ in evaluation.summary([scored(rank=rank) for rank in (1, 4, 0)])}
    assert (rows["HIT@1"], rows["HIT@3"], rows["HIT@5"], rows["MRR"]) == ("33.3", "33.3", "66.7", "41.7")


def test_what_a_file_does_not_say_is_not_scored() -> None:
    assert [name for name, *_ in evaluation.summary([scored()])] == ["silent without reason"]


@pytest.mark.parametrize("value", [{}, [{"question": "without a product"}], ["text"], [{"product_id": "p"}]])
def test_a_file_that_is_no_question_file_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="question"):
        evaluation.read(value, "")


def test_one_product_serves_all_questions_that_name_none() -> None:
    (one, other) = evaluation.read([{"question": "a"}, {"question": "b", "product_id": "own"}], "given")
    assert (one["product_id"], other["product_id"]) == ("given", "own")
