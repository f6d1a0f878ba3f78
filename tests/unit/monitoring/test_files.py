"""The files that Prometheus, Alertmanager and Grafana read, held against each other."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from support.manifests import ROOT, tool
from support.prometheus import DASHBOARDS, MONITORING, RULES, alerts, dump, load, panels

WANTED = {"system", "application", "cache", "database", "business", "typing"}


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def test_promtool_takes_the_configuration_and_the_rules() -> None:
    promtool = tool("promtool", "apt install prometheus")
    config = MONITORING / "prometheus" / "prometheus.yaml"
    for command in (["check", "config", "--syntax-only", str(config)], ["check", "rules", *map(str, RULES)]):
        result = subprocess.run([promtool, *command], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", alerts())
def test_an_alert_leads_to_a_section_that_exists(name: str) -> None:
    page, _, section = alerts()[name]["annotations"]["runbook_url"].partition("#")
    assert section in anchors(ROOT / page)


@pytest.mark.parametrize("name", alerts())
def test_an_alert_says_how_urgent_it_is(name: str) -> None:
    assert alerts()[name]["labels"]["severity"] in ("page", "ticket")


def test_there_are_six_dashboards_and_no_two_panels_share_a_place() -> None:
    assert {path.stem for path in DASHBOARDS} == WANTED
    for path in DASHBOARDS:
        board = json.loads(path.read_text())
        assert board["uid"] == path.stem
        cells = [
            (x, y)
            for place in (panel["gridPos"] for panel in board["panels"])
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ]
        assert len(cells) == len(set(cells))


def test_promtool_parses_every_query_of_every_panel(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{at}", "expr": query} for at, (_, query) in enumerate(panels())]
    file = dump(tmp_path / "panels.yaml", {"groups": [{"name": "panels", "rules": rules}]})
    command = [tool("promtool", "apt install prometheus"), "check", "rules", "--lint=none", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_slack_and_webhook_have_the_same_route() -> None:
    slack, webhook = (load(MONITORING / "alertmanager" / f"{kind}.yaml") for kind in ("slack", "webhook"))
    for part in ("route", "inhibit_rules"):
        assert slack[part] == webhook[part]


@pytest.mark.parametrize(
    ("severity", "levels"), [("page", "level-1,level-2,level-3"), ("ticket", "level-1"), ("", "level-1")]
)
def test_a_page_is_routed_to_all_levels_and_a_ticket_to_the_first(severity: str, levels: str) -> None:
    amtool = tool("amtool", "apt install prometheus-alertmanager")
    file = str(MONITORING / "alertmanager" / "slack.yaml")
    command = [amtool, "config", "routes", "test", "--config.file", file, f"severity={severity}", "alertname=Any"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == levels


def test_the_second_level_hears_after_a_quarter_of_an_hour_and_the_third_after_half() -> None:
    routes = load(MONITORING / "alertmanager" / "slack.yaml")["route"]["routes"]
    waits = {route["receiver"]: route.get("group_wait") for route in routes if route["matchers"] == ["severity = page"]}
    assert waits == {"level-1": None, "level-2": "15m", "level-3": "30m"}
    # Told alone, or a new alert would be told at once with an old one.
    assert all(r["group_by"] == ["..."] for r in routes if r["receiver"] in ("level-2", "level-3"))
