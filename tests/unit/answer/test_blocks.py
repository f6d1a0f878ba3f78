import pytest
from hsc_answer.domain.blocks import Kind, is_front_matter, kind_of, row_key, units_of, without_marker
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


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("Polyphony: 16 voices", "Polyphony"),
        ("Code: E07; Meaning: Stick not readable; Remedy: Format it.", "E07"),
        ("74: Filter cutoff", "Filter cutoff"),
        ("Lamp: Meaning and remedy", ""),
        ("Press the key.", ""),
    ],
)
def test_a_row_is_about_its_key(line: str, key: str) -> None:
    assert row_key(line) == key


@pytest.mark.parametrize(
    ("text", "path", "front"),
    [
        ("ARDLEN\nVireo 61\nReference Manual", (), True),
        ("1 Safety 4\n2 Panels 5\n3 Sounds 8\n4 Effects 11\n5 Service 19", ("Contents",), True),
        ("Hold the button for two seconds to switch on.", (), False),
        ("Polyphony: 16\nKeys: 61\nBanks: 8\nEffects: 3", ("Specifications",), False),
    ],
)
def test_covers_and_contents_are_told_from_text(text: str, path: tuple[str, ...], front: bool) -> None:
    assert is_front_matter(passage(text, path)) is front
