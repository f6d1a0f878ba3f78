import pytest
from hsc_answer.domain.blocks import Kind, kind_of, units_of, without_marker
from support.passages import passage


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("2. Press [OK].", (Kind.STEP, 2)),
        ("• Brightness: How bright.", (Kind.ITEM, 0)),
        ("Polyphony: 128 voices", (Kind.ROW, 0)),
        ("NOTE Keep it dry.", (Kind.ASIDE, 0)),
        ("Keep it dry.", (Kind.TEXT, 0)),
    ],
)
def test_a_block_is_known_by_how_it_begins(line: str, kind: tuple[Kind, int]) -> None:
    assert kind_of(line) == kind


def test_sentences_of_one_block_share_its_number() -> None:
    assert [u.block for u in units_of([passage("One. Two.\n1. Three. Four.")])] == [0, 0, 1, 1]


def test_a_bullet_is_dropped_and_the_number_of_a_step_kept() -> None:
    assert (without_marker("• Auto off"), without_marker("1. Press")) == ("Auto off", "1. Press")
