"""The words' order and the meaning's in one."""

import pytest
from hsc_answer.domain.mixing import TOP, mixed, undecided
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.ranking import Hit


def hit(number: int, score: float, section: str = "") -> Hit:
    return Hit(Passage(number, 1, 1, (section or f"Section {number}",), "text", (), "en", "", "m"), score, 0, 4)


def order(hits: list[Hit]) -> list[int]:
    return [h.passage.ordinal for h in hits]


CLOSE = [hit(0, 10.0), hit(1, 9.5), hit(2, 4.0)]


def test_of_two_that_the_words_hardly_tell_apart_the_one_that_means_it_comes_first() -> None:
    assert order(mixed(CLOSE, [0.2, 0.7, 0.2])) == [1, 0, 2]


def test_likeness_alone_does_not_lift_what_the_words_put_far_behind() -> None:
    assert order(mixed(CLOSE, [0.2, 0.2, 0.9]))[0] == 0


def test_a_hair_of_likeness_changes_nothing() -> None:
    assert order(mixed(CLOSE, [0.500, 0.505, 0.500])) == [0, 1, 2]


def test_likeness_that_is_the_same_for_all_changes_nothing() -> None:
    assert order(mixed(CLOSE, [0.4, 0.4, 0.4])) == [0, 1, 2]


def test_no_score_is_above_the_best_by_words_and_they_fall() -> None:
    scores = [h.score for h in mixed(CLOSE, [0.2, 0.7, 0.3])]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] <= 10.0


def test_what_no_likeness_is_known_of_stays_behind_in_its_order() -> None:
    hits = [hit(n, 100.0 - n) for n in range(TOP + 5)]
    found = mixed(hits, [n / TOP for n in range(TOP)])
    assert order(found)[TOP:] == list(range(TOP, TOP + 5))
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)


def test_nothing_stays_nothing() -> None:
    assert mixed([], []) == []


@pytest.mark.parametrize(
    ("hits", "open_"),
    [
        (CLOSE, True),
        ([hit(0, 10.0), hit(1, 2.0)], False),
        ([hit(0, 10.0, "Reset"), hit(1, 9.9, "Reset"), hit(2, 2.0)], False),
        ([hit(0, 10.0)], False),
        ([], False),
    ],
    ids=["two sections side by side", "one far ahead", "the same section twice", "one hit", "no hit"],
)
def test_the_meaning_is_asked_only_where_the_words_leave_it_open(hits: list[Hit], open_: bool) -> None:
    assert undecided(hits) is open_
