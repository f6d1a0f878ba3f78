"""diagram: how often what is said to be likely is so."""

import pytest
from hsc_prediction.fitting.diagram import calibration_error, reliability, svg

HONEST = [(0.25, i % 4 == 0) for i in range(40)] + [(0.75, i % 4 != 0) for i in range(40)]


def test_honest_confidence_has_no_error():
    assert calibration_error(HONEST) == pytest.approx(0)


def test_confidence_that_is_always_wrong_has_all_the_error():
    assert calibration_error([(0.9, False)] * 10) == pytest.approx(0.9)


def test_each_tenth_that_has_candidates_is_a_dot():
    assert [count for _, _, count in reliability(HONEST)] == [40, 40]
    assert svg({"ours": HONEST}, "t").count("<circle") == 2


def test_each_kind_of_questions_has_its_colour():
    drawn = svg({"ours": HONEST, "theirs": HONEST}, "t")
    assert "ours" in drawn
    assert "theirs" in drawn
    assert drawn.count('fill="#2563eb"') == drawn.count('fill="#ea580c"') == 3
