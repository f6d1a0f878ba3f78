"""The documents: every link leads somewhere, every path is there, every command is one that its program takes."""

import re
import shlex
from pathlib import Path

import click
import pytest
from hsc_cli.main import hsc

ROOT = Path(__file__).parents[3]
CAPITALS = sorted(path for path in (ROOT / "docs").glob("*.md") if path.stem.isupper())
DOCUMENTS = [*CAPITALS, ROOT / "docs" / "promises.md"]
SEED = {
    "ARCHITECTURE", "DEPLOYMENT_GUIDE", "DEPLOYMENT_CHECKLIST", "OPS_QUICK_REFERENCE", "PERFORMANCE_TUNING",
    "IMPLEMENTATION_SUMMARY", "ONBOARDING", "INCIDENT_RESPONSE",
}  # fmt: skip
PROGRAMS = ("hsc ", "kubectl ", "docker ", "curl ", "bash ", "make ", "./")
KUBECTL = {
    "apply", "create", "get", "logs", "rollout", "set", "scale", "top", "describe", "diff",
}  # fmt: skip
SERVICES = {path.parent.name for path in (ROOT / "k8s" / "base").glob("*/deployment.yaml")}


@pytest.fixture(params=DOCUMENTS, ids=lambda each: each.stem)
def document(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def commands(document: Path) -> list[list[str]]:
    """The words of every command in a block, or between backticks; what was named before is none."""
    text = re.sub(r"(?m)^\| (.*?) \| (.*) \|$", r"| \2 |", document.read_text()) if document.stem == "promises" else (
        document.read_text()
    )  # fmt: skip
    blocks = [line for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [
        shlex.split(each, comments=True) for each in (*blocks, *spans) if each.startswith(PROGRAMS) and "…" not in each
    ]


def test_the_set_is_whole() -> None:
    assert {path.stem for path in CAPITALS} >= SEED


def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)", document.read_text()):
        assert (document.parent / target).exists(), target


def test_every_command_of_ours_is_one_that_hsc_takes(document: Path) -> None:
    for words in commands(document):
        if words[0] != "hsc":
            continue
        command: click.Command = hsc
        for word in words[1:]:
            if not isinstance(command, click.Group):
                break
            found = command.get_command(click.Context(command), word)
            assert found is not None, " ".join(words)
            command = found
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, " ".join(words)


def test_every_command_of_kubectl_is_of_something_that_is_there(document: Path) -> None:
    for words in commands(document):
        if words[0] != "kubectl":
            continue
        assert words[1] in KUBECTL, " ".join(words)
        for word, following in zip(words, [*words[1:], ""], strict=True):
            if word == "-k":
                assert (ROOT / following / "kustomization.yaml").is_file(), " ".join(words)
            if word.startswith("deployment/"):
                assert word.removeprefix("deployment/") in SERVICES, " ".join(words)


def test_every_script_and_target_is_there(document: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for words in commands(document):
        if words[0] == "make":
            assert words[1] in targets, " ".join(words)
        if words[0] == "bash" or words[0].startswith("./"):
            assert (ROOT / (words[1] if words[0] == "bash" else words[0])).is_file(), " ".join(words)


def promises() -> list[tuple[str, str]]:
    """What is promised, and each path that it names."""
    text = (ROOT / "docs" / "promises.md").read_text().partition("## Commands")[0]
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text)
    return [
        (promise, path)
        for promise, lives, guard in rows
        for path in re.findall(r"`([^`]+)`", f"{lives} {guard}")
    ]  # fmt: skip


@pytest.mark.parametrize(("promise", "path"), promises())
def test_a_promise_lives_where_it_says_and_its_check_is_there(promise: str, path: str) -> None:
    assert (ROOT / path).exists(), promise


def test_every_promise_is_guarded() -> None:
    text = (ROOT / "docs" / "promises.md").read_text().partition("## Commands")[0]
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text)
    for promise, _, guard in rows:
        assert promise in ("promise",) or re.search(r"test_|scripts/|workflows/|tests/load", guard), promise
