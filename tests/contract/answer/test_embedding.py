"""HSC_EMBEDDING_MODEL: a sentence model mixed into what the words found, and what is said when it is not right."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hsc.answer.v1 import answer_pb2
from hsc_answer.config import Settings
from hsc_rpc import settings as rpc_settings
from support import answers, sentence_model

from .conftest import SYNTH, World

# Its own words about power rank the specification of it beside switching on.
QUERY = "power button adapter 12 consumption"
WORDS = {"hold": (1.0, 0.0), "adapter": (1.0, 0.0), "connect": (1.0, 0.0), "voices": (0.0, 1.0), "keys": (0.0, 1.0)}
CLOSED = "127.0.0.1:1"
ENVIRONMENT = {
    "DATABASE_URL": f"postgresql://{CLOSED}/none",
    "REDIS_URL": f"redis://{CLOSED}",
    "REDIS_CACHE_URL": f"redis://{CLOSED}",
    "CATALOG_ADDRESS": CLOSED,
    "INGEST_ADDRESS": CLOSED,
    "PORT": "0",
    "METRICS_PORT": "0",
}


def installed() -> None:
    for module in ("onnxruntime", "tokenizers"):
        pytest.importorskip(module, reason="the extra embedding of hsc-answer is not installed")


async def sections(world: World, **settings: object) -> list[str]:
    replica = await world.replica(**settings)
    request = answer_pb2.SearchManualRequest(product_id=SYNTH, query=QUERY, limit=5)
    return [p.section_path[-1] for p in (await replica.stub.SearchManual(request)).passages]


async def test_the_meaning_moves_a_passage_that_the_words_put_second(world: World, tmp_path: Path) -> None:
    installed()
    by_words = await sections(world)
    assert by_words[:2] == ["Specifications", "Switching on"]
    mixed = await sections(world, hsc_embedding_model=sentence_model.write(tmp_path, WORDS))
    assert mixed[:2] == ["Switching on", "Specifications"]
    assert sorted(mixed) == sorted(by_words)


async def test_a_question_is_answered_with_a_sentence_model_as_without(world: World, tmp_path: Path) -> None:
    installed()
    replica = await world.replica(hsc_embedding_model=sentence_model.write(tmp_path, WORDS))
    events = await replica.ask("How do I do a factory reset?")
    assert answers.done(events).outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
    assert "Hold SHIFT and PRESET" in answers.text(events)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_directory_without_a_file_ends_the_start_with_the_settings_name(
    tmp_path: Path, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (sentence_model.write(tmp_path, WORDS) / missing).unlink()
    for name, value in {**ENVIRONMENT, "HSC_EMBEDDING_MODEL": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        rpc_settings.load(Settings)
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("setting HSC_EMBEDDING_MODEL: ")
    assert missing in said


def test_a_model_that_does_not_run_ends_the_start_with_the_settings_name(tmp_path: Path) -> None:
    installed()
    (sentence_model.write(tmp_path, WORDS) / "model.onnx").write_bytes(b"something else")
    environment = {**os.environ, **ENVIRONMENT, "HSC_EMBEDDING_MODEL": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "hsc_answer.main"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode != 0
    assert ended.stderr.strip().splitlines()[-1].startswith("setting HSC_EMBEDDING_MODEL: ")
    assert "Traceback" not in ended.stderr


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRONMENT, "HSC_EMBEDDING_MODEL": ""}.items():
        monkeypatch.setenv(name, value)
    assert rpc_settings.load(Settings).hsc_embedding_model is None
