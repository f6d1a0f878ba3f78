"""The manifests of k8s/overlays/local as `podman kube play` takes them: a file for each workload, in order.

What podman does not know is told in its own words: a StatefulSet is a Pod, a gRPC probe is the exec of `healthy`,
a claim is a volume. Services and policies are the cluster's alone: a pod is found by its alias on the network.

python scripts/images_kube.py --secret      hsc-jit-secrets for a run alone, as --from-env-file reads it
python scripts/images_kube.py --images TAG --project NAME --port PORT --samples FOLDER --out FOLDER
"""

import argparse
import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
ORDER = (
    "postgres",
    "redis",
    "redis-cache",
    "catalog",
    "ingest",
    "prediction",
    "worker",
    "answer",
    "wsbridge",
    "web",
    "envoy",
)
# Without ports: an older podman opens each on the machine.
_KEPT = ("name", "image", "command", "args", "env", "volumeMounts", "securityContext", "resources")

Manifest = dict[str, Any]


def rendered() -> list[Manifest]:
    """Return the overlay's manifests."""
    command = ["kubectl", "kustomize", str(ROOT / "k8s" / "overlays" / "local")]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 our own kubectl
    return [each for each in YAML(typ="safe", pure=True).load_all(text) if each]


def secret() -> dict[str, str]:
    """Return the keys of hsc-jit-secrets with values for this run alone."""
    postgres, redis, cache = (secrets.token_hex(24) for _ in range(3))
    return {
        "HSC_ADMIN_TOKEN": secrets.token_hex(24),
        "POSTGRES_PASSWORD": postgres,
        "REDIS_PASSWORD": redis,
        "REDIS_CACHE_PASSWORD": cache,
        "DATABASE_URL": f"postgresql://hsc:{postgres}@postgres:5432/hsc",
        "REDIS_URL": f"redis://:{redis}@redis:6379/0",
        "REDIS_CACHE_URL": f"redis://:{cache}@redis-cache:6379/0",
        "BLOB_URL": "file:///blobs",
    }


def values_in(env: list[Manifest], known: dict[str, str]) -> list[Manifest]:
    """Return a container's variables with the secret's values in place of keys, without optional ones that it lacks."""
    found = []
    for each in env:
        key = each.get("valueFrom", {}).get("secretKeyRef", {})
        if not key:
            found.append(each)
        elif key["key"] in known:
            found.append({"name": each["name"], "value": known[key["key"]]})
        elif not key.get("optional"):
            raise SystemExit(f"{each['name']}: hsc-jit-secrets has no key {key['key']}")
    return found


def probe(given: Manifest) -> Manifest | None:
    """Return a probe that podman can make: what it asks over HTTP would need curl in the image."""
    command = given.get("exec", {}).get("command")
    if "grpc" in given:
        command = ["/app/bin/healthy", str(given["grpc"]["port"])]
    return {"exec": {"command": command}, "periodSeconds": 10, "failureThreshold": 30} if command else None


def played(workload: Manifest, tag: str, project: str, port: int, samples: Path, known: dict[str, str]) -> Manifest:
    """Return a workload's Pod."""
    name = workload["metadata"]["name"]
    spec = workload["spec"]["template"]["spec"]
    [container] = spec["containers"]
    own = {key: container[key] for key in _KEPT if key in container}
    own["env"] = values_in(own.get("env", []), known)
    if health := probe(container["readinessProbe"]):
        own["livenessProbe"] = health
    # The kubelet fills variables into arguments; podman leaves them.
    variables = {each["name"]: each["value"] for each in own["env"] if "value" in each}
    own["args"] = [filled(argument, variables) for argument in own.get("args", [])]
    if own["image"].startswith("hsc-jit/"):
        own["image"] = f"localhost/{own['image'].rpartition(':')[0]}:{tag}"
    # A root that cannot be written, and nobody in particular: as the manifest says for the pod.
    own["securityContext"] = own["securityContext"] | {
        key: spec["securityContext"][key] for key in ("runAsUser", "runAsGroup", "runAsNonRoot")
    }
    volumes = [*spec.get("volumes", []), *map(claimed, workload["spec"].get("volumeClaimTemplates", []))]
    for volume in volumes:
        if claim := volume.get("persistentVolumeClaim"):
            # Of its own, but for what ingest and worker share.
            own_name = name if workload["kind"] == "StatefulSet" else claim["claimName"]
            claim["claimName"] = f"{project}-{own_name}"
    if name == "web":
        volumes.append({"name": "samples", "hostPath": {"path": str(samples), "type": "Directory"}})
        own.setdefault("volumeMounts", []).append({"name": "samples", "mountPath": "/srv/samples", "readOnly": True})
    if name in ("ingest", "worker"):
        own["env"].append({"name": "HSC_FETCH_ALLOW", "value": "envoy:8000"})
    if name == "envoy":
        own["ports"] = [{"containerPort": 8000, "hostPort": port, "hostIP": "127.0.0.1"}]
    # podman's volumes are everybody's: each is named for its pod.
    for each in (*volumes, *own.get("volumeMounts", [])):
        each["name"] = f"{project}-{name}-{each['name']}"
    pod = {"containers": [own], "volumes": volumes, "restartPolicy": "Always", "enableServiceLinks": False}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"{project}-{name}"}, "spec": pod}


def filled(argument: str, variables: dict[str, str]) -> str:
    """Return an argument with `$(NAME)` filled in, as the kubelet does it."""
    for name, value in variables.items():
        argument = argument.replace(f"$({name})", value)
    return argument


def claimed(template: Manifest) -> Manifest:
    """Return the volume of a StatefulSet's claim."""
    name = template["metadata"]["name"]
    return {"name": name, "persistentVolumeClaim": {"claimName": name}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for option, kind in (("images", str), ("project", str), ("port", int), ("samples", Path), ("out", Path)):
        parser.add_argument(f"--{option}", type=kind, required=True)
    if sys.argv[1:] == ["--secret"]:
        print(*(f"{name}={value}" for name, value in secret().items()), sep="\n")
        return
    given = parser.parse_args()
    given.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = secret()
    workloads = {each["metadata"]["name"]: each for each in rendered() if each["kind"] in ("Deployment", "StatefulSet")}
    if missing := workloads.keys() ^ set(ORDER):
        raise SystemExit(f"the overlay and the order of starting differ: {', '.join(sorted(missing))}")
    for name in ORDER:
        pod = played(workloads[name], given.images, given.project, given.port, given.samples, known)
        # JSON is YAML too, and leaves no doubt whether "yes" is a word.
        (given.out / f"{name}.yaml").write_text(json.dumps(pod, indent=1))
    (given.out / "order").write_text("".join(f"{name}\n" for name in ORDER))
    (given.out / "admin-token").write_text(known["HSC_ADMIN_TOKEN"])


if __name__ == "__main__":
    main()
