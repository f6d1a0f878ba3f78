"""A sentence model from a directory, really run."""

import threading
from pathlib import Path
from typing import Any

import pytest
from hsc_answer.adapters.embedding import MOST_WAITING, EmbeddingUnusable, OnnxMeaning, opened
from hsc_answer.domain.passage import Passage
from hsc_answer.flows.ports import MeaningUnavailable
from support import sentence_model

WHY = "the extra embedding of hsc-answer is not installed"
pytest.importorskip("onnxruntime", reason=WHY)
pytest.importorskip("tokenizers", reason=WHY)

WORDS = {"erase": (1.0, 0.1), "wipe": (1.0, 0.2), "filter": (0.0, 1.0)}
PASSAGES = [Passage(n, 1, 1, (), text, (), "en", "", "m") for n, text in enumerate(["Erase it", "Filter and filter"])]


@pytest.fixture(params=[False, True], ids=["a vector for each token", "a vector for each text"])
def folder(tmp_path: Path, request: Any) -> Path:
    return sentence_model.write(tmp_path / "model", WORDS, pooled=request.param)


async def test_what_means_the_same_is_more_alike_than_what_does_not(folder: Path) -> None:
    with opened(folder, 10_000) as meaning:
        assert meaning
        same, other = await meaning.likeness("wipe", PASSAGES)
    assert same > 0.95 > 0.3 > other


async def test_a_text_is_as_alike_alone_as_beside_a_longer_one(tmp_path: Path) -> None:
    with opened(sentence_model.write(tmp_path, WORDS), 10_000) as meaning:
        assert meaning
        beside, _ = await meaning.likeness("wipe", PASSAGES)
    with opened(tmp_path, 10_000) as meaning:
        assert meaning
        (alone,) = await meaning.likeness("wipe", PASSAGES[:1])
    assert alone == pytest.approx(beside)


async def test_a_passage_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    with opened(folder, 10_000) as meaning:
        assert meaning
        vectors = meaning._vectors
        monkeypatch.setattr(meaning, "_vectors", lambda texts: (read.extend(texts), vectors(texts))[1])
        first = await meaning.likeness("wipe", PASSAGES)
        second = await meaning.likeness("wipe", PASSAGES)
    assert first == second
    assert read == ["Erase it", "Filter and filter", "wipe", "wipe"]


async def test_more_passages_than_are_kept_have_their_likeness_all_the_same(folder: Path) -> None:
    with opened(folder, 1) as meaning:
        assert meaning
        assert len(await meaning.likeness("wipe", PASSAGES)) == 2
        assert meaning._kept.currsize == 0


async def test_when_too_many_wait_the_next_is_turned_away_at_once(folder: Path) -> None:
    with opened(folder, 10_000) as meaning:
        assert meaning
        goes_on = threading.Event()
        meaning._thread.submit(goes_on.wait)
        for _ in range(MOST_WAITING):
            assert meaning._places.acquire(blocking=False)
        with pytest.raises(MeaningUnavailable):
            await meaning.likeness("wipe", PASSAGES)
        goes_on.set()


def test_the_name_tells_one_model_from_another(tmp_path: Path) -> None:
    names = set()
    for number in (1.0, 1.0, 2.0):
        with opened(sentence_model.write(tmp_path, {**WORDS, "erase": (number, 0.0)}), 1) as meaning:
            assert meaning
            names.add(meaning.name)
    assert len(names) == 2


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_something_else_is_unusable(folder: Path, file: str) -> None:
    (folder / file).write_bytes(b"something else")
    with pytest.raises(EmbeddingUnusable, match=r"^[^\n]*do not run[^\n]*$"):
        OnnxMeaning(folder, 1)


def test_a_model_that_asks_for_more_than_tokens_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingUnusable, match="asks for pixels"):
        OnnxMeaning(sentence_model.write(tmp_path, WORDS, asks_for="pixels"), 1)


def test_no_directory_no_model() -> None:
    with opened(None, 1) as meaning:
        assert meaning is None
