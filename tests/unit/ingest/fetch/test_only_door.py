"""Addresses that come from catalogues, manuals or people are opened by the fetcher and by nothing else."""

import ast
from pathlib import Path

import pytest

REPO = Path(__file__).parents[4]
CLIENTS = {"urllib.request", "urllib3", "http.client", "httpx", "requests", "pycurl", "ftplib"}
# aiohttp is a server too: what opens a URL are these.
AIOHTTP_CLIENTS = {"ClientSession", "TCPConnector", "request"}
THE_DOOR = "services/ingest/hsc_ingest/adapters/fetch/"
# These ask what an operator configured (our own endpoints, the model's), and never an address from outside.
CONFIGURED = {
    "cli/hsc_cli/checks.py",
    "cli/hsc_cli/commands/slo.py",
    "compose/healthy.py",
    "compose/local/hsc_local/health.py",
    "gateway/wsbridge/hsc_wsbridge/credentials.py",
    "services/answer/hsc_answer/adapters/helpdesk.py",
    "services/answer/hsc_answer/adapters/models/openai.py",
}


def clients_used(source: str) -> set[str]:
    """The HTTP clients a source imports, or of aiohttp uses."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names.add(f"{node.value.id}.{node.attr}")
    clients = CLIENTS | {f"aiohttp.{name}" for name in AIOHTTP_CLIENTS}
    return {client for client in clients for name in names if f"{name}.".startswith(f"{client}.")}


def our_sources() -> list[Path]:
    folders = ("libs", "services", "gateway", "cli", "compose", "scripts")
    found = [path for folder in folders for path in (REPO / folder).rglob("*.py")]
    return [path for path in found if "node_modules" not in path.parts and "contracts" not in path.parts]


@pytest.mark.parametrize(
    ("source", "clients"),
    [
        ("import urllib.request", {"urllib.request"}),
        ("from urllib import request", {"urllib.request"}),
        ("from http.client import HTTPConnection", {"http.client"}),
        ("def late():\n    import httpx", {"httpx"}),
        ("from aiohttp import web", set()),
        ("from aiohttp import ClientSession", {"aiohttp.ClientSession"}),
        ("import aiohttp\naiohttp.ClientSession()", {"aiohttp.ClientSession"}),
        ("import aiohttp\naiohttp.WSMsgType.TEXT", set()),
        ("from urllib.parse import urlsplit\nimport http", set()),
    ],
)
def test_the_check_sees_every_way_to_a_client(source: str, clients: set[str]) -> None:
    assert clients_used(source) == clients


def test_no_module_but_the_fetcher_uses_an_http_client() -> None:
    offenders = {
        str(path.relative_to(REPO)): clients
        for path in our_sources()
        if (clients := clients_used(path.read_text("utf-8")))
    }
    assert {path for path in offenders if path.startswith(THE_DOOR)}, "the check no longer sees the fetcher"
    others = {path: names for path, names in offenders.items() if not path.startswith(THE_DOOR)}
    assert others.keys() <= CONFIGURED, others
