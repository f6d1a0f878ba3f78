"""Every base, component and overlay renders, and what comes out is what Kubernetes knows."""

import subprocess
from pathlib import Path

import pytest
from support.manifests import K8S, manifests, of_kind, on_the_base, rendered, tool

BASES = sorted(str(each.parent.relative_to(K8S)) for each in K8S.glob("base/**/kustomization.yaml"))
SERVICES = ("answer", "catalog", "envoy", "ingest", "prediction", "web", "worker", "wsbridge")
OVERLAYS = sorted(str(each.parent.relative_to(K8S)) for each in K8S.glob("overlays/*/kustomization.yaml"))
COMPONENTS = sorted(each.parent.name for each in K8S.glob("components/*/kustomization.yaml"))


def faults(text: str, folder: Path) -> str:
    """What the schemas of Kubernetes say against these manifests; empty when nothing."""
    file = folder / "manifests.yaml"
    file.write_text(text)
    command = [tool("kubernetes-validate", "kubernetes-validate"), "--strict", "--quiet", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else result.stdout + result.stderr or "refused"


@pytest.mark.parametrize("folder", ["base", "base/stores", *OVERLAYS])
def test_it_renders_and_the_schemas_take_every_field(folder: str, tmp_path: Path) -> None:
    assert faults(rendered(folder), tmp_path) == ""


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_goes_with_the_base_it_names(component: str, tmp_path: Path) -> None:
    on_the_base(component, tmp_path)
    assert faults(rendered(str(tmp_path.resolve())), tmp_path) == ""


@pytest.mark.parametrize("folder", BASES)
def test_every_base_renders(folder: str) -> None:
    assert manifests(folder)


def test_a_misspelled_field_is_refused(tmp_path: Path) -> None:
    assert faults(rendered("base/catalog").replace("replicas:", "replica:"), tmp_path) != ""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_deployable_alone(service: str) -> None:
    kinds = {each["kind"] for each in manifests(f"base/{service}")}
    assert kinds >= {"Deployment", "PodDisruptionBudget", "ServiceAccount"}
    assert {each["metadata"].get("namespace") for each in manifests(f"base/{service}")} == {"hsc-jit"}


def test_the_base_has_each_service_once() -> None:
    assert sorted(of_kind("base", "Deployment")) == sorted(SERVICES)
