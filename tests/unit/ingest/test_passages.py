"""Blocks packed to passages: of one section, of readable size, every line's box on its words."""

from hsc_ingest.domain.blocks import Block, Kind, LineBox
from hsc_ingest.domain.passages import pack, words
from hypothesis import given
from hypothesis import strategies as st


def block(text: str, kind: Kind = Kind.PARAGRAPH, path: tuple[str, ...] = ("A",)) -> Block:
    return Block(kind, path, text, [LineBox(1, 0, 0, 9, 9, 0, len(text))])


def sentences(count: int) -> str:
    return " ".join(f"This is the sentence number {i} of the text." for i in range(count))


def test_a_passage_never_crosses_a_section() -> None:
    passages = pack([block("One.", path=("A",)), block("Two.", path=("A", "B")), block("Three.", path=("C",))])
    assert [(p.section_path, p.text) for p in passages] == [(("A",), "One."), (("A", "B"), "Two."), (("C",), "Three.")]


def test_short_blocks_share_a_passage_line_by_line() -> None:
    assert [p.text for p in pack([block("One."), block("Two.")])] == ["One.\nTwo."]


def test_steps_stay_with_the_line_that_leads_to_them() -> None:
    filling = block(sentences(8))
    lead = block("To reset the instrument:")
    steps = [block(f"{i}. Press the key number {i} and wait until its lamp blinks.", Kind.STEP) for i in range(1, 7)]
    passages = pack([filling, lead, *steps])
    assert [p.text.split("\n")[0] for p in passages] == [filling.text, lead.text]
    assert passages[1].text.count("\n") == 6


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    passages = pack([block(sentences(60))])
    assert len(passages) > 3
    assert all(p.text.startswith("This is") and p.text.endswith("text.") for p in passages)


@given(st.lists(st.tuples(st.text("ab .", min_size=1, max_size=2500), st.sampled_from(Kind)), max_size=12))
def test_no_word_is_lost_and_no_passage_is_too_long(parts: list[tuple[str, Kind]]) -> None:
    blocks = [block(" ".join(text.split()), kind) for text, kind in parts if text.strip()]
    passages = pack(blocks)
    assert "".join("".join(p.text.split()) for p in passages) == "".join("".join(b.text.split()) for b in blocks)
    assert all(words(p.text) <= 200 for p in passages)
    assert [p.ordinal for p in passages] == list(range(len(passages)))


@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=90), min_size=1, max_size=6))
def test_every_box_covers_the_words_of_its_line(paragraphs: list[list[str]]) -> None:
    blocks: list[Block] = []
    lines_of: list[str] = []
    for lines in paragraphs:
        text, boxes = "", []
        for line in lines:
            start = len(text) + bool(text)
            text = f"{text} {line}".strip()
            boxes.append(LineBox(1, len(lines_of), 0, 1, 1, start, len(text)))
            lines_of.append(line)
        blocks.append(Block(Kind.PARAGRAPH, ("A",), text, boxes))
    for passage in pack(blocks):
        for box in passage.boxes:
            assert passage.text[box.start : box.end] == lines_of[int(box.x0)]
