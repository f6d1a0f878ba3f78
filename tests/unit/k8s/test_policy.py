"""What every workload here keeps to, in each overlay."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hsc_local.envoy import load
from hsc_rpc.edge import EdgeSettings
from hsc_rpc.health import LIVE
from support.manifests import (
    ROOT,
    Manifest,
    containers,
    manifests,
    of_kind,
    on_the_base,
    parsed,
    pod,
    rendered,
    workloads,
)

OVERLAYS = ("overlays/kind", "overlays/local", "overlays/production")
LABELS = ("hsc-jit", "hsc-jit-monitoring")
GRPC = {"catalog": 50051, "prediction": 50052, "answer": 50053, "ingest": 50054}
# The store images' own variables.
NOT_OURS = re.compile(r"AWS_\w+|POSTGRES_\w+|PGDATA|REDISCLI_AUTH")


@pytest.fixture(params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ours(overlay: str, *kinds: str) -> dict[str, Manifest]:
    """What we wrote; those who watch it are other people's programs, with a label of their own."""
    return {
        name: each
        for name, each in of_kind(overlay, *kinds).items()
        if each["metadata"]["labels"]["app.kubernetes.io/part-of"] == "hsc-jit"
    }


def our_workloads(overlay: str) -> dict[str, Manifest]:
    return ours(overlay, "Deployment", "StatefulSet")


def each_container(overlay: str) -> Iterator[tuple[str, Manifest]]:
    for name, workload in workloads(overlay).items():
        for container in containers(workload):
            yield name, container


def secret_keys(overlay: str) -> set[str]:
    return set(re.findall(r"secretKeyRef:\n\s+key: (\S+)", rendered(overlay)))


def test_every_image_has_a_tag_that_is_not_latest(overlay: str) -> None:
    for name, container in each_container(overlay):
        tag = container["image"].rpartition("/")[2].partition(":")[2]
        assert tag, name
        assert tag != "latest", name


def test_every_container_asks_for_cpu_and_memory_and_is_limited_in_memory(overlay: str) -> None:
    for name, container in each_container(overlay):
        assert container["resources"]["requests"].keys() >= {"cpu", "memory"}, name
        assert "memory" in container["resources"]["limits"], name


def test_every_container_is_probed_at_start_for_traffic_and_for_life(overlay: str) -> None:
    for name, workload in our_workloads(overlay).items():
        [container] = containers(workload)
        assert container.keys() >= {"startupProbe", "readinessProbe", "livenessProbe"}, name


@pytest.mark.parametrize("service", GRPC)
def test_a_grpc_service_is_probed_by_grpc_and_for_its_life_without_its_dependencies(service: str, overlay: str) -> None:
    """No restart mends those."""
    [container] = containers(workloads(overlay)[service])
    assert container["readinessProbe"]["grpc"]["port"] == GRPC[service]
    assert container["startupProbe"]["grpc"]["port"] == GRPC[service]
    assert container["livenessProbe"]["grpc"] == {"port": GRPC[service], "service": LIVE}


def test_every_pod_meets_the_restricted_standard(overlay: str) -> None:
    for name, workload in workloads(overlay).items():
        context = pod(workload)["securityContext"]
        assert context["runAsNonRoot"] is True, name
        assert context["runAsUser"] > 0, name
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in containers(workload):
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False, name
            assert own["readOnlyRootFilesystem"] is True, name
            assert own["capabilities"] == {"drop": ["ALL"]}, name


def test_the_namespace_enforces_the_restricted_standard(overlay: str) -> None:
    labels = of_kind(overlay, "Namespace")["hsc-jit"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_every_pod_has_an_account_of_its_own_without_a_token(overlay: str) -> None:
    accounts = of_kind(overlay, "ServiceAccount")
    for name, workload in our_workloads(overlay).items():
        assert pod(workload)["serviceAccountName"] == name
        assert pod(workload)["automountServiceAccountToken"] is False, name
        assert accounts[name]["automountServiceAccountToken"] is False


def test_every_selector_finds_the_pods_of_its_name(overlay: str) -> None:
    labels = {name: each["spec"]["template"]["metadata"]["labels"] for name, each in our_workloads(overlay).items()}
    for kind in ("Service", "PodDisruptionBudget", "Deployment", "StatefulSet"):
        for name, each in ours(overlay, kind).items():
            selector = each["spec"]["selector"]
            wanted = selector if kind == "Service" else selector["matchLabels"]
            found = [pod_of for pod_of, own in labels.items() if wanted.items() <= own.items()]
            assert found == [name], kind


def test_every_service_port_leads_to_a_port_of_its_container(overlay: str) -> None:
    for name, service in ours(overlay, "Service").items():
        [container] = containers(workloads(overlay)[name])
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        for port in service["spec"]["ports"]:
            target = port["targetPort"]
            assert port["port"] == ports.get(target, target), name
            assert target in ports or target in ports.values(), name


def test_every_upstream_of_envoy_is_a_headless_service(overlay: str) -> None:
    services = of_kind(overlay, "Service")
    for cluster in load()["static_resources"]["clusters"]:
        if cluster["name"] == "admin":
            continue
        endpoint = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"]
        address = endpoint["address"]["socket_address"]
        spec = services[address["address"]]["spec"]
        assert address["port_value"] in {port["port"] for port in spec["ports"]}, cluster["name"]
        assert spec["clusterIP"] == "None", cluster["name"]


def test_every_autoscaler_moves_a_deployment_between_2_and_10_replicas() -> None:
    overlay = "overlays/production"
    deployments = ours(overlay, "Deployment")
    scalers = of_kind(overlay, "HorizontalPodAutoscaler")
    assert scalers.keys() == deployments.keys() - {"web"}
    for name, each in scalers.items():
        spec = each["spec"]
        assert spec["scaleTargetRef"]["name"] == name
        assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
        targets = {m["resource"]["name"]: m["resource"]["target"]["averageUtilization"] for m in spec["metrics"]}
        assert targets == {"cpu": 70, "memory": 80}
        assert spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300
        # A number in the Deployment would undo the autoscaler's at every rollout.
        assert "replicas" not in deployments[name]["spec"]


def test_a_server_has_drained_before_it_is_killed(overlay: str) -> None:
    for name in (*GRPC, "wsbridge"):
        [container] = containers(workloads(overlay)[name])
        env = {each["name"]: each.get("value") for each in container["env"]}
        notice = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        drain = notice + float(env["DRAIN_DELAY_S"]) + float(env["GRACE_S"])
        assert drain < pod(workloads(overlay)[name])["terminationGracePeriodSeconds"] <= 5, name


def test_a_rollout_takes_no_replica_away_before_the_next_one_is_ready(overlay: str) -> None:
    for name, each in ours(overlay, "Deployment").items():
        assert each["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0, name


def test_everything_carries_the_one_label(overlay: str) -> None:
    """Those who watch have one of their own, so that nobody takes their lines and pods for the system's."""
    for each in manifests(overlay):
        assert each["metadata"]["labels"]["app.kubernetes.io/part-of"] in LABELS, each["metadata"]["name"]
    for name, workload in our_workloads(overlay).items():
        assert workload["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/part-of"] == "hsc-jit", name


def test_every_key_of_the_secret_is_documented(overlay: str) -> None:
    guide = (ROOT / "docs" / "DEPLOYMENT_GUIDE.md").read_text()
    assert secret_keys(overlay) >= {"DATABASE_URL", "HSC_ADMIN_TOKEN"}
    assert {key for key in secret_keys(overlay) if f"| `{key}` |" not in guide} == set()


def test_every_variable_is_a_setting(overlay: str) -> None:
    settings = (ROOT / "docs" / "settings.md").read_text()
    for name, workload in our_workloads(overlay).items():
        for variable in containers(workload)[0].get("env", []):
            known = f"| `{variable['name']}` |" in settings or NOT_OURS.fullmatch(variable["name"])
            assert known, f"{name}: {variable['name']}"


def test_no_secret_has_a_value_here() -> None:
    for overlay in OVERLAYS:
        assert of_kind(overlay, "Secret") == {}


def test_every_workload_has_a_priority_and_the_worker_the_lowest(overlay: str) -> None:
    classes = {name: each["value"] for name, each in of_kind(overlay, "PriorityClass").items()}
    given = {name: classes[pod(each)["priorityClassName"]] for name, each in our_workloads(overlay).items()}
    assert [name for name, value in given.items() if value == min(classes.values())] == ["worker"]


def test_the_worker_is_ready_while_it_takes_jobs(overlay: str) -> None:
    [container] = containers(workloads(overlay)["worker"])
    assert container["readinessProbe"]["exec"]["command"][-1] == "worker_ready"


PYTHON = (*GRPC, "worker", "wsbridge")


@pytest.mark.parametrize(
    ("component", "variable"), [("sentry", "SENTRY_DSN"), ("opentelemetry", "OTEL_EXPORTER_OTLP_ENDPOINT")]
)
def test_reports_go_out_from_every_service_that_we_wrote(component: str, variable: str, tmp_path: Path) -> None:
    found = on_the_base(component, tmp_path)
    told = {
        each["metadata"]["name"]
        for each in found
        if each["kind"] == "Deployment" and variable in {known["name"] for known in containers(each)[0].get("env", [])}
    }
    assert told == set(PYTHON)
    [policy] = [each for each in found if each["kind"] == "NetworkPolicy"]
    [chosen] = policy["spec"]["podSelector"]["matchExpressions"]
    assert set(chosen["values"]) == set(PYTHON)


@pytest.mark.parametrize("model", ["gemini", "openai"])
def test_a_model_outside_is_reached_by_the_answer_service_alone(model: str, tmp_path: Path) -> None:
    found = on_the_base(model, tmp_path)
    [policy] = [each for each in found if each["kind"] == "NetworkPolicy"]
    assert policy["spec"]["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "answer"}}
    [answer] = [each for each in found if each["kind"] == "Deployment" and each["metadata"]["name"] == "answer"]
    assert {"name": "HSC_MODEL", "value": model} in containers(answer)[0]["env"]


@pytest.mark.parametrize("component", ["jwt", "api-keys"])
def test_a_door_that_asks_asks_on_every_way_in(component: str, tmp_path: Path) -> None:
    """Envoy's file and the bridge are told the same, each by its own pod, from one place."""
    deployments = {
        each["metadata"]["name"]: each for each in on_the_base(component, tmp_path) if each["kind"] == "Deployment"
    }
    [writes] = pod(deployments["envoy"])["initContainers"]
    [envoy], [bridge] = containers(deployments["envoy"]), containers(deployments["wsbridge"])
    assert asked(writes) == asked(bridge) != ([], [])
    assert secrets_of(deployments["envoy"]) == secrets_of(deployments["wsbridge"])
    # And Envoy reads what was written.
    assert envoy["args"][:2] == ["--config-path", writes["command"][-1]]
    assert {"name": "edge", "mountPath": "/edge"} in writes["volumeMounts"]
    assert {"name": "edge", "mountPath": "/edge", "readOnly": True} in envoy["volumeMounts"]
    # No stale file: it is of the image that the bridge runs, and as hardened.
    assert writes["image"] == bridge["image"]
    assert writes["securityContext"] == bridge["securityContext"]
    assert writes["resources"].keys() == {"requests", "limits"}


def asked(container: Manifest) -> tuple[list[Manifest], list[Manifest]]:
    """What a container is told of callers, by value and by reference."""
    callers = {name.upper() for name in EdgeSettings.model_fields}
    return [each for each in container.get("env", []) if each["name"] in callers], container.get("envFrom", [])


def secrets_of(workload: Manifest) -> list[Manifest]:
    return [each for each in pod(workload)["volumes"] if "secret" in each]


def test_an_overlay_asks_on_no_way_or_on_every_way(overlay: str) -> None:
    found = workloads(overlay)
    writes = pod(found["envoy"]).get("initContainers", [{}])
    assert asked(writes[0]) == asked(containers(found["wsbridge"])[0])


def test_every_key_a_component_or_the_example_names_is_documented_and_the_example_has_no_value() -> None:
    guide = (ROOT / "docs" / "DEPLOYMENT_GUIDE.md").read_text()
    [example] = parsed((ROOT / "k8s" / "examples" / "secret.yaml").read_text())
    assert set(example["stringData"].values()) == {""}
    keys = set(example["stringData"])
    for file in (ROOT / "k8s" / "components").rglob("*.yaml"):
        keys |= set(re.findall(r"secretKeyRef: \{ name: hsc-jit-secrets, key: (\w+)", file.read_text()))
        keys |= set(re.findall(r"items: \[\{ key: (\w+)", file.read_text()))
    assert {key for key in keys if f"`{key}`" not in guide} == set()


def test_the_example_of_an_audit_policy_writes_down_no_secret() -> None:
    [policy] = parsed((ROOT / "k8s" / "examples" / "audit-policy.yaml").read_text())
    first = policy["rules"][0]
    assert first["level"] == "Metadata"
    assert {"group": "", "resources": ["secrets", "configmaps"]} in first["resources"]
    assert {rule["level"] for rule in policy["rules"][1:]} == {"None", "RequestResponse", "Metadata"}


def test_every_image_anywhere_names_a_version() -> None:
    files = [*(ROOT / "k8s").rglob("*.yaml"), *(ROOT / "compose").glob("*.yaml")]
    text = "\n".join(file.read_text() for file in files)
    images = {re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", each) for each in re.findall(r"image: (?:&\w+ )?([^\s*]+)", text)}
    others = {image for image in images if not image.startswith("hsc-jit/")}
    assert len(others) > 10
    assert {image for image in others if not re.search(r":v?\d+\.?\d*[\w.-]*$", image)} == set()
    # Ours get theirs from the kustomization or the environment.
    assert {tag for tag in re.findall(r"newTag: (\S+)", text) if "latest" in tag} == set()
