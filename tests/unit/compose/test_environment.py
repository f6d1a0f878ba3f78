"""The .env is made with secrets of its own, and one with placeholders is refused."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "environment.py"
GOOD = {
    name: f"{number}kJ8-vbN2_qLr5TzWm3XhYdCf9Gp"
    for number, name in enumerate(
        ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "REDIS_CACHE_PASSWORD", "HSC_ADMIN_TOKEN", "GRAFANA_PASSWORD")
    )
}


def run(script: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(
        [sys.executable, str(script), *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script in a repository of its own, that has no .env yet."""
    own = tmp_path / "scripts" / "environment.py"
    own.parent.mkdir()
    own.write_bytes(SCRIPT.read_bytes())
    return own


def test_a_new_env_is_for_its_owner_alone_and_passes_its_own_check(script: Path, tmp_path: Path) -> None:
    assert run(script).returncode == 0
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert run(script, "--check").returncode == 0


def test_it_makes_compose_work_from_the_root(script: Path, tmp_path: Path) -> None:
    run(script)
    files = "compose/compose.yaml:compose/observability.yaml:compose/logs.yaml"
    assert f"COMPOSE_FILE={files}" in (tmp_path / ".env").read_text().splitlines()


def test_no_two_are_alike(script: Path, tmp_path: Path) -> None:
    run(script)
    first = (tmp_path / ".env").read_text()
    (tmp_path / ".env").unlink()
    run(script)
    assert first != (tmp_path / ".env").read_text()


def test_a_given_env_is_left_as_it_is(script: Path, tmp_path: Path) -> None:
    given = "".join(f"{name}={value}\n" for name, value in GOOD.items())
    (tmp_path / ".env").write_text(given)
    assert run(script).returncode == 0
    assert (tmp_path / ".env").read_text() == given


def test_good_secrets_of_the_environment_pass(script: Path) -> None:
    assert run(script, "--check", **GOOD).returncode == 0


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    "value",
    [
        "",
        "tiny9",
        "change-me-change-me-change-me",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "kJ8/vbN2@qLr5:TzWm3XhYdCf9Gp",
        "--kJ8vbN2qLr5TzWm3XhYdCf9Gp",
    ],
    ids=["missing", "short", "placeholder", "repeated", "not for a URL", "an option"],
)
def test_what_is_no_secret_is_refused_by_name_and_not_repeated(script: Path, name: str, value: str) -> None:
    result = run(script, "--check", **(GOOD | {name: value}))
    assert result.returncode == 1
    assert name in result.stderr
    assert not value or value not in result.stderr


def test_one_secret_for_two_is_refused(script: Path) -> None:
    result = run(script, "--check", **(GOOD | {"REDIS_PASSWORD": GOOD["POSTGRES_PASSWORD"]}))
    assert "POSTGRES_PASSWORD and REDIS_PASSWORD are the same" in result.stderr
