"""The panels of what only a cluster has, by series as cAdvisor and kube-state-metrics write them.

All other panels are asked of a real Prometheus (tests/integration/monitoring).
"""

import re
import subprocess
from pathlib import Path

import pytest
from support.manifests import tool
from support.prometheus import CLUSTER, RULES, dump, panels

CONTAINER = 'container="answer", image="hsc-jit/answer", name="k8s_answer", namespace="hsc-jit", pod="answer-1"'
POD = 'namespace="hsc-jit", pod="answer-1", uid="1"'
SERIES = {
    f'container_cpu_usage_seconds_total{{{CONTAINER}, cpu="total"}}': "0+30x60",
    f"container_memory_usage_bytes{{{CONTAINER}}}": "80x60",
    f"container_spec_memory_limit_bytes{{{CONTAINER}}}": "100x60",
    f'kube_pod_status_phase{{{POD}, phase="Running"}}': "1x60",
    f'kube_pod_status_phase{{{POD}, phase="Failed"}}': "0x60",
    f'kube_pod_container_status_restarts_total{{{POD}, container="answer"}}': "0+1x60",
}
# What each panel shows of them after an hour.
SHOWN = {
    "sum by (container) (rate(container_cpu_usage_seconds_total[5m]))": {'{container="answer"}': 0.5},
    "container_memory_usage_bytes / container_spec_memory_limit_bytes * 100": {f"{{{CONTAINER}}}": 80},
    "sum by (phase) (kube_pod_status_phase)": {'{phase="Running"}': 1, '{phase="Failed"}': 0},
    "sum by (pod) (increase(kube_pod_container_status_restarts_total[1h]))": {'{pod="answer-1"}': 60},
}
# Each name in a query: of a series, or of a label.
NAMES = [
    (query, name)
    for query in SHOWN
    for name in re.findall(r"\b(?:container|phase|pod|kube_\w+|container_\w+)\b", query)
]


def said(folder: Path, shown: dict[str, dict[str, float]]) -> str:
    """What promtool says against it; empty when nothing."""
    plot = {
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in SERIES.items()],
        "promql_expr_test": [
            {
                "expr": query,
                "eval_time": "1h",
                "exp_samples": [{"labels": labels, "value": value} for labels, value in samples.items()],
            }
            for query, samples in shown.items()
        ],
    }
    file = dump(folder / "test.yaml", {"rule_files": [str(path) for path in RULES], "tests": [plot]})
    command = [tool("promtool", "apt install prometheus"), "test", "rules", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else result.stdout + result.stderr


def test_every_panel_of_a_cluster_is_here() -> None:
    assert {query for _, query in panels() if CLUSTER.search(query)} == SHOWN.keys()


def test_every_panel_of_a_cluster_shows_what_is_there(tmp_path: Path) -> None:
    assert said(tmp_path, SHOWN) == ""


@pytest.mark.parametrize(("query", "name"), NAMES)
def test_a_misspelt_name_shows(query: str, name: str, tmp_path: Path) -> None:
    misspelt = re.sub(rf"\b{name}\b", f"{name}s", query)
    assert "FAILED" in said(tmp_path, {misspelt: SHOWN[query]})
