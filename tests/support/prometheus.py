"""A real Prometheus, its exporters and a real Alertmanager, on the files of k8s/components/monitoring."""

import json
import re
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from support.manifests import K8S, tool
from support.ports import free_port
from support.wait import until_sync

MONITORING = K8S / "components" / "monitoring"
RULES = sorted((MONITORING / "prometheus").glob("rules-*.yaml"))
DASHBOARDS = sorted((MONITORING / "grafana" / "dashboards").glob("*.json"))
# What only containers, or a cluster, have.
CLUSTER = re.compile(r"\b(kube|container)_")
_WORDS = {"and", "or", "unless", "bool"}


def load(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text())


def dump(path: Path, value: object) -> Path:
    """As JSON, which is YAML too."""
    path.write_text(json.dumps(value))
    return path


def rules() -> list[dict[str, Any]]:
    return [rule for path in RULES for group in load(path)["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def panels() -> list[tuple[str, str]]:
    """Every query of every panel, with where it stands."""
    return [
        (f"{path.stem}: {panel['title']}", target["expr"])
        for path in DASHBOARDS
        for panel in json.loads(path.read_text())["panels"]
        for target in panel["targets"]
    ]


def selectors(expression: str) -> set[str]:
    """The series an expression asks for, without ranges, functions, groupings and comparisons."""
    bare = re.sub(r"\b(by|without|on|ignoring)\s*\([^)]*\)|\[[^\]]*\]", " ", expression)
    found = re.findall(r"(?<![\w:.\"])([a-zA-Z_:][\w:]*(?:\{[^}]*\})?)(?![\w:]|\s*\()", bare)
    outside = re.sub(r"\{[^}]*\}", "{}", bare)
    names = set(re.findall(r"(?<![\w:.])[a-zA-Z_:][\w:]*(?![\w:]|\s*\()", outside))
    return {each for each in found if each.split("{")[0] in names - _WORDS}


class Prometheus:
    """Asks a running server."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **parameters: str) -> Any:
        with urllib.request.urlopen(
            f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}", timeout=10
        ) as answer:
            return json.load(answer)["data"]

    def query(self, expression: str) -> list[Any]:
        found: list[Any] = self.get("query", query=expression)["result"]
        return found


@contextmanager
def program(*command: str, log: Path, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def prometheus(
    folder: Path,
    targets: Mapping[str, Sequence[int]],
    every: str = "1s",
    alertmanager: int | None = None,
    rule_files: Sequence[Path] = RULES,
) -> Iterator[Prometheus]:
    """The committed configuration on these ports of loopback; jobs without a port have no targets."""
    folder.mkdir(exist_ok=True)
    config = load(MONITORING / "prometheus" / "prometheus.yaml")
    config["global"] = {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every}
    config["rule_files"] = [str(path) for path in rule_files]
    config["alerting"] = {
        "alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"] if alertmanager else []}]}]
    }
    for job in config["scrape_configs"]:
        job.pop("dns_sd_configs", None)
        job["static_configs"] = [{"targets": [f"127.0.0.1:{port}" for port in targets.get(job["job_name"], ())]}]
    port = free_port()
    with program(
        tool("prometheus", "apt install prometheus"),
        f"--config.file={dump(folder / 'prometheus.yaml', config)}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        log=folder / "prometheus.log",
    ):
        until_sync(lambda: answers(f"http://127.0.0.1:{port}/-/ready"), timeout_s=60)
        yield Prometheus(port)
