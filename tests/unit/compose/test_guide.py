"""The commands of the deployment guide name what there is."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "DEPLOYMENT_GUIDE.md").read_text()
COMMANDS = [
    line for block in re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines() if line.strip()
]
EVERYTHING = GUIDE.replace("`", " ").replace(",", " ")


def named(pattern: str) -> list[str]:
    found = re.findall(pattern, EVERYTHING)
    assert found, pattern
    return sorted(set(found))


@pytest.mark.parametrize("folder", named(r"-k (\S+)"))
def test_what_is_applied_is_a_kustomization(folder: str) -> None:
    assert (ROOT / folder / "kustomization.yaml").is_file()


@pytest.mark.parametrize("path", named(r" ((?:k8s|web|gateway|scripts|\./)[\w./-]*\w)(?= |\n|;)"))
def test_a_path_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", named(r"deployment/(\S+)"))
def test_a_deployment_is_one_of_ours(name: str) -> None:
    assert (ROOT / "k8s" / "base" / name / "deployment.yaml").is_file()


@pytest.mark.parametrize("target", named(r"\bmake (\w+)"))
def test_a_target_of_make_exists(target: str) -> None:
    if f"make {target}" in GUIDE:
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("profile", named(r"--profile (\w+)"))
def test_a_profile_of_compose_exists(profile: str) -> None:
    files: list[dict[str, Any]] = [YAML(typ="safe", pure=True).load(each) for each in ROOT.glob("compose/*.yaml")]
    assert any(profile in service.get("profiles", []) for file in files for service in file["services"].values())


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)", GUIDE))
def test_a_link_leads_somewhere(target: str) -> None:
    assert (ROOT / "docs" / target).exists()


def test_every_command_is_of_a_program_that_the_guide_may_call() -> None:
    programs = {command.split()[0] for command in COMMANDS} - {"export"}
    assert programs <= {"./setup-dev.sh", "docker", "curl", "hsc", "kubectl"}
