"""Every alert is raised by what it is for, and silent before: promtool plays the series, a value a minute."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.manifests import tool
from support.prometheus import RULES, alerts, dump

SERVICE = 'grpc_service="hsc.catalog.v1.CatalogService", grpc_method="GetProduct", grpc_type="unary"'
CALL = f'grpc_server_handled_total{{{SERVICE}, grpc_code="OK", job="catalog"}}'
FAILED = f'grpc_server_handled_total{{{SERVICE}, grpc_code="INTERNAL", job="catalog"}}'
FAST = 'prediction_latency_seconds_bucket{le="0.05"}'
WITHIN_1 = 'prediction_latency_seconds_bucket{le="1"}'
ALL = 'prediction_latency_seconds_bucket{le="+Inf"}'
COUNT = "prediction_latency_seconds_count"
HANDLING = "grpc_server_handling_seconds_bucket"


@dataclass(frozen=True)
class Case:
    """Series as promtool writes them; the minutes by which the alert fires, or must not."""

    series: dict[str, str]
    fires_at: int
    # What makes it silent: the same series with other values.
    well: dict[str, str]


def ratio(part: str, whole: str, bad: int, of: int) -> dict[str, str]:
    """`bad` of `of` a minute, for four days."""
    return {part: f"0+{bad}x5760", whole: f"0+{of}x5760"}


def slow(keystrokes: int) -> dict[str, str]:
    """Of 1,000 keystrokes a minute so many take longer than 50 ms."""
    return {FAST: f"0+{1000 - keystrokes}x5760", COUNT: "0+1000x5760"}


MEMORY = {'container_spec_memory_limit_bytes{container="answer"}': "100x60"}
CASES = {
    "HighErrorRate": Case(ratio(FAILED, CALL, 2, 98), 15, ratio(FAILED, CALL, 1, 199)),
    "SlowCalls": Case(
        {
            f'{HANDLING}{{{SERVICE}, le="1"}}': "0+90x60",
            f'{HANDLING}{{{SERVICE}, le="2"}}': "0+100x60",
            f'{HANDLING}{{{SERVICE}, le="+Inf"}}': "0+100x60",
        },
        15,
        {f'{HANDLING}{{{SERVICE}, le="1"}}': "0+97x60", f'{HANDLING}{{{SERVICE}, le="+Inf"}}': "0+100x60"},
    ),
    "SlowPredictions": Case(
        {WITHIN_1: "0+90x60", 'prediction_latency_seconds_bucket{le="2"}': "0+100x60", ALL: "0+100x60"},
        20,
        {WITHIN_1: "0+97x60", ALL: "0+100x60"},
    ),
    "KeystrokesBurnBudgetFast": Case(slow(150), 90, slow(50)),
    "KeystrokesBurnBudgetSlow": Case(slow(35), 1500, slow(9)),
    "CallsBurnBudgetFast": Case(ratio(FAILED, CALL, 16, 984), 90, ratio(FAILED, CALL, 4, 996)),
    "CallsBurnBudgetSlow": Case(ratio(FAILED, CALL, 4, 996), 1500, ratio(FAILED, CALL, 9, 9991)),
    "TargetDown": Case({'up{job="answer"}': "1x5 0x60"}, 12, {'up{job="answer"}': "1x60"}),
    "RestartLoop": Case(
        {'kube_pod_container_status_restarts_total{pod="answer-1"}': "0 0 1 1 2 2 3 3 4 4x50"},
        12,
        {'kube_pod_container_status_restarts_total{pod="answer-1"}': "0x4 1x60"},
    ),
    "ContainerMemory": Case(
        {'container_memory_working_set_bytes{container="answer"}': "95x60", **MEMORY},
        15,
        {'container_memory_working_set_bytes{container="answer"}': "80x60", **MEMORY},
    ),
    "NodeMemory": Case(
        {"node_memory_MemAvailable_bytes": "5x60", "node_memory_MemTotal_bytes": "100x60"},
        15,
        {"node_memory_MemAvailable_bytes": "50x60", "node_memory_MemTotal_bytes": "100x60"},
    ),
    "DiskFull": Case(
        {'node_filesystem_avail_bytes{fstype="ext4"}': "5x60", 'node_filesystem_size_bytes{fstype="ext4"}': "100x60"},
        20,
        {'node_filesystem_avail_bytes{fstype="ext4"}': "50x60", 'node_filesystem_size_bytes{fstype="ext4"}': "100x60"},
    ),
    "RedisErrors": Case(
        {'redis_client_errors_total{job="answer", kind="unavailable"}': "0+60x60"},
        10,
        {'redis_client_errors_total{job="answer", kind="unavailable"}': "0x20 1x40"},
    ),
    "RedisDown": Case({'redis_up{job="redis"}': "1x3 0x60"}, 8, {'redis_up{job="redis"}': "1x60"}),
    "RedisFull": Case(
        {'redis_memory_used_bytes{job="redis"}': "95x60", 'redis_memory_max_bytes{job="redis"}': "100x60"},
        15,
        {'redis_memory_used_bytes{job="redis"}': "95x60", 'redis_memory_max_bytes{job="redis"}': "0x60"},
    ),
    "PostgresErrors": Case(
        {'postgres_client_errors_total{job="answer", kind="refused"}': "0+60x60"},
        10,
        {'postgres_client_errors_total{job="answer", kind="refused"}': "0x60"},
    ),
    "PostgresDown": Case({"pg_up": "1x3 0x60"}, 8, {"pg_up": "1x60"}),
    "QueueStuck": Case({"queue_oldest_seconds": "0+60x60"}, 10, {"queue_oldest_seconds": "5x60"}),
    "NoWorker": Case({'worker_ready{instance="a"}': "0x60"}, 5, {'worker_ready{instance="a"}': "1x60"}),
    "DeadLetters": Case({"dead_letters": "30x60"}, 20, {"dead_letters": "3x60"}),
    "BackupUnproven": Case(
        {"backup_last_proven_timestamp_seconds": "0x1700"}, 1600, {"backup_last_proven_timestamp_seconds": "0+60x1700"}
    ),
    "BackupMissing": Case({"up": "1x70"}, 65, {"backup_last_proven_timestamp_seconds": "0x70"}),
}


def play(folder: Path, name: str, series: dict[str, str], minutes: int, *, fires: bool) -> str:
    """What promtool says against the alert's firing, or not firing, by then; empty when nothing."""
    alert = {"eval_time": f"{minutes}m", "alertname": name, "exp_alerts": []}
    plot = {
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in series.items()],
        "alert_rule_test": [alert],
    }
    # Days need not be evaluated minute by minute, but oftener than a sample grows stale.
    every = "4m" if minutes > 1000 else "1m"
    written = {"rule_files": [str(path) for path in RULES], "evaluation_interval": every, "tests": [plot]}
    file = dump(folder / "test.yaml", written)
    promtool = tool("promtool", "apt install prometheus")
    result = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False)
    said = result.stdout + result.stderr
    # Nothing is expected, so what fires is what it complains of: the labels' and the summary's words need no copy here.
    assert ("FAILED" in said) == (result.returncode != 0), said
    assert "got:" in said or result.returncode == 0, said
    assert (result.returncode != 0) == fires, said
    return said


@pytest.mark.parametrize("name", CASES)
def test_what_it_is_for_raises_the_alert(name: str, tmp_path: Path) -> None:
    assert f'alertname="{name}"' in play(tmp_path, name, CASES[name].series, CASES[name].fires_at, fires=True)


@pytest.mark.parametrize("name", CASES)
def test_a_system_that_is_well_does_not_raise_it(name: str, tmp_path: Path) -> None:
    play(tmp_path, name, CASES[name].well, CASES[name].fires_at, fires=False)


def test_every_alert_is_played() -> None:
    assert CASES.keys() == alerts().keys()


def test_processes_that_restart_without_a_cluster_are_seen_by_their_clocks(tmp_path: Path) -> None:
    series = {'process_start_time_seconds{job="answer"}': "1 1 2 2 3 3 4 4 5 5x50"}
    play(tmp_path, "RestartLoop", series, 12, fires=True)
