"""`hsc slo`: whether the deployment is a success, by seven figures from Prometheus."""

import json
import math
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

import click

from hsc_cli.failures import FAILED, OK, UNAVAILABLE
from hsc_cli.output import Output

_PATIENCE_S = 10
_FAILED = 'grpc_code=~"INTERNAL|UNAVAILABLE|UNKNOWN|DEADLINE_EXCEEDED|DATA_LOSS"'


@dataclass(frozen=True)
class Goal:
    """A figure of the last `$window` and its bound; `least` where more is better."""

    name: str
    query: str
    bound: float
    unit: str
    least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.bound if self.least else value <= self.bound


OURS = "catalog|prediction|answer|ingest|worker|wsbridge"
GOALS = (
    Goal("uptime", f'avg(avg_over_time(up{{job=~"{OURS}|envoy"}}[$window])) * 100', 99.9, "%", least=True),
    Goal(
        "P95 latency of predictions",
        "histogram_quantile(0.95, sum by (le) (rate(prediction_latency_seconds_bucket[$window]))) * 1000",
        200,
        "ms",
    ),
    Goal(
        "unplanned restarts",
        f'sum(changes(process_start_time_seconds{{job=~"{OURS}"}}[$window]))',
        0,
        "",
    ),
    Goal(
        "cache hit rate",
        "sum(rate(cache_hits_total[$window]))"
        " / (sum(rate(cache_hits_total[$window])) + sum(rate(cache_misses_total[$window]))) * 100",
        60,
        "%",
        least=True,
    ),
    Goal(
        "error rate",
        f"sum(rate(grpc_server_handled_total{{{_FAILED}}}[$window]))"
        " / sum(rate(grpc_server_handled_total[$window])) * 100",
        0.1,
        "%",
    ),
    Goal(
        "memory used, of the limit",
        "max(container_memory_working_set_bytes / (container_spec_memory_limit_bytes > 0)) * 100"
        " or max(1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes) * 100",
        70,
        "%",
    ),
    Goal(
        # Flat lines: what processes hold now against the middle of the window.
        "growth of memory",
        f'(sum(process_resident_memory_bytes{{job=~"{OURS}"}})'
        f' / sum(quantile_over_time(0.5, process_resident_memory_bytes{{job=~"{OURS}"}}[$window])) - 1) * 100',
        20,
        "%",
    ),
)


@click.command()
@click.option("--prometheus", default="http://localhost:9090", show_default=True, help="Where Prometheus is.")
@click.option("--window", default="1d", show_default=True, help="Over how long, such as 1h or 7d.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def slo(prometheus: str, window: str, as_json: bool) -> None:
    """Print the seven figures of a successful deployment; exit code 1 when one fails or is not known."""
    out = Output(as_json)
    rows, failed = [], False
    for goal in GOALS:
        try:
            value = ask(prometheus, goal.query.replace("$window", window))
        except (OSError, ValueError, KeyError) as error:
            click.echo(f"hsc: no answer from {prometheus} ({error}); --prometheus says where Prometheus is", err=True)
            raise SystemExit(UNAVAILABLE) from None
        met = value is not None and goal.met(value)
        failed |= not met
        bound = f"{'≥' if goal.least else '≤'} {goal.bound:g} {goal.unit}".rstrip()
        shown = "no data" if value is None else f"{value:.3g} {goal.unit}".rstrip()
        rows.append((goal.name, shown, bound, "met" if met else "failed"))
        out.result({"name": goal.name, "value": value, "bound": goal.bound, "unit": goal.unit, "met": met})
    out.table(("figure", f"last {window}", "goal", ""), rows)
    raise SystemExit(FAILED if failed else OK)


def ask(prometheus: str, query: str) -> float | None:
    """The one value of a query; None where there is no data. Raises OSError, ValueError and KeyError."""
    if not prometheus.startswith(("http://", "https://")):
        raise ValueError("its address begins with http:// or https://")
    url = f"{prometheus.rstrip('/')}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(url, timeout=_PATIENCE_S) as answer:  # noqa: S310 checked above
        found = json.loads(answer.read(1 << 20))["data"]["result"]
    value = float(found[0]["value"][1]) if found else math.nan
    return None if math.isnan(value) else value
