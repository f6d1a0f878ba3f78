"""A running stack is backed up, and its audit chains hold."""

import json
import os
import subprocess
import sys
from pathlib import Path

from hsc_local.stack import Running


def hsc(stack: Running, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from hsc_cli.main import main; main()", *arguments],
        env={**os.environ, "HSC_HOME": str(stack.home.root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def test_a_running_stack_is_backed_up_and_proven(up: Running, tmp_path: Path) -> None:
    done = hsc(up, "backup", "--verify", "--to", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["proven_at"] > 0


def test_the_audit_chains_of_a_running_stack_hold(up: Running) -> None:
    done = hsc(up, "audit", "verify", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    chains = {chain["service"]: chain for chain in json.loads(done.stdout)["chains"]}
    assert chains.keys() == {"catalog", "answer", "ingest"}
    # The samples' import, at least.
    assert int(chains["catalog"]["events"]) > 0


def test_the_audit_log_says_who_did_what(up: Running) -> None:
    done = hsc(up, "audit", "list", "--service", "ingest", "--json")
    assert done.returncode == 0, done.stderr
    assert {"ImportCatalog"} <= {event["kind"] for event in json.loads(done.stdout)["events"]}
