"""A roll-out, against a cluster that keeps its images in files: by digest, in order, and back when it fails."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "roll_out.sh"
NEW = f"sha256:{'a' * 64}"
OURS = ("catalog", "prediction", "answer", "ingest", "wsbridge", "web", "envoy")
IMAGES = (*OURS, "tools")
DEPLOYMENTS = (*OURS, "worker")
KUBECTL = """#!/bin/bash
set -eu
case "$1 $2" in
  "get deployment")
    if [[ "$*" != *initContainers* ]]; then cat "$CLUSTER/$3"
    elif [[ -f "$CLUSTER/$3.edge" ]]; then cat "$CLUSTER/$3.edge"
    fi ;;
  "get cronjob") test -n "${BACKUPS:-}" ;;
  "set image")
    name="${3#deployment/}"
    echo "${4#*=}" > "$CLUSTER/$name"
    echo "$name" >> "$CLUSTER/changes"
    if [[ "$5" == edge=* ]]; then echo "${5#*=}" > "$CLUSTER/$name.edge"; fi ;;
  "rollout status") [[ "${3#deployment/}" != "${BROKEN:-}" || "$(cat "$CLUSTER/${3#deployment/}")" != *aaaa* ]] ;;
esac
"""


class Cluster:
    """What the fake kubectl and hsc work on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cluster"
        self.folder.mkdir()
        for name in DEPLOYMENTS:
            (self.folder / name).write_text(f"old/{name}@sha256:{'0' * 64}\n")
        self.digests = folder / "digests"
        for name in IMAGES:
            place = self.digests / f"digest-{name}"
            place.mkdir(parents=True)
            (place / f"digest-{name}").write_text(f"{NEW}\n")
        self.scripts = folder / "scripts"
        self.scripts.mkdir()
        (self.scripts / "roll_out.sh").write_bytes(SCRIPT.read_bytes())
        self.programs = folder / ".venv" / "bin"
        self.programs.mkdir(parents=True)
        self.program("kubectl", KUBECTL)
        self.program("hsc", "#!/bin/sh\nexit ${GOLDEN:-0}\n")

    def program(self, name: str, text: str) -> None:
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def roll_out(self, **variables: str) -> subprocess.CompletedProcess[str]:
        known = {"PATH": os.environ["PATH"], "CLUSTER": str(self.folder), "REGISTRY": "registry", "HSC_ADDRESS": "a:1"}
        return subprocess.run(
            ["bash", str(self.scripts / "roll_out.sh"), str(self.digests)],
            env=known | variables, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def image(self, name: str) -> str:
        return (self.folder / name).read_text().strip()

    def changes(self) -> list[str]:
        return (self.folder / "changes").read_text().split()


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


def test_the_backup_follows_where_there_is_one_once_the_question_is_answered(cluster: Cluster) -> None:
    (cluster.folder / "cronjob").mkdir()
    assert cluster.roll_out(BACKUPS="1").returncode == 0
    assert cluster.image("cronjob/backup") == f"registry/tools@{NEW}"
    assert cluster.changes()[-1] == "cronjob/backup"


def test_every_deployment_gets_its_image_by_digest_and_who_is_called_goes_first(cluster: Cluster) -> None:
    assert cluster.roll_out().returncode == 0
    assert cluster.image("answer") == f"registry/answer@{NEW}"
    assert cluster.image("worker") == f"registry/ingest@{NEW}"
    assert cluster.changes() == ["catalog", "ingest", "worker", "prediction", "answer", "wsbridge", "web", "envoy"]


def test_a_golden_question_without_its_answer_takes_everything_back(cluster: Cluster) -> None:
    assert cluster.roll_out(GOLDEN="1").returncode == 1
    assert [cluster.image(name) for name in DEPLOYMENTS] == [f"old/{name}@sha256:{'0' * 64}" for name in DEPLOYMENTS]


def test_a_rollout_that_does_not_come_up_takes_back_what_was_changed_and_nothing_else(cluster: Cluster) -> None:
    assert cluster.roll_out(BROKEN="prediction").returncode == 1
    assert cluster.image("prediction").startswith("old/")
    assert "answer" not in cluster.changes()


def test_who_writes_envoys_file_is_of_the_same_release_and_goes_back_with_it(cluster: Cluster) -> None:
    (cluster.folder / "envoy.edge").write_text("old/wsbridge\n")
    assert cluster.roll_out(GOLDEN="1").returncode == 1
    assert cluster.image("envoy.edge") == "old/wsbridge"
    assert cluster.roll_out().returncode == 0
    assert cluster.image("envoy.edge") == f"registry/wsbridge@{NEW}"
    assert cluster.image("envoy") == f"registry/envoy@{NEW}"


def test_what_is_there_already_is_not_touched(cluster: Cluster) -> None:
    (cluster.folder / "web").write_text(f"registry/web@{NEW}\n")
    assert cluster.roll_out(GOLDEN="1").returncode == 1
    assert cluster.image("web") == f"registry/web@{NEW}"
    assert "web" not in cluster.changes()


def test_a_tag_is_no_digest(cluster: Cluster) -> None:
    (cluster.digests / "digest-web" / "digest-web").write_text("latest\n")
    assert "has no digest" in cluster.roll_out().stderr
