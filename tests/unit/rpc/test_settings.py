"""Every service, started with a setting that is missing or malformed: it ends, and a line names each that is wrong."""

import os
import subprocess
import sys

import pytest

DOORS = {
    "catalog": "hsc_catalog.main",
    "prediction": "hsc_prediction.main",
    "answer": "hsc_answer.main",
    "ingest": "hsc_ingest.main",
    "worker": "hsc_ingest.worker",
    "wsbridge": "hsc_wsbridge.main",
}
REQUIRED = {
    "catalog": {"DATABASE_URL"},
    "prediction": set(),
    "answer": {"DATABASE_URL", "REDIS_URL", "REDIS_CACHE_URL", "CATALOG_ADDRESS", "INGEST_ADDRESS"},
    "ingest": {"DATABASE_URL", "REDIS_URL", "BLOB_URL"},
    "worker": {"DATABASE_URL", "REDIS_URL", "BLOB_URL"},
    "wsbridge": set(),
}
WRONG = {
    "METRICS_PORT": "many",
    "LOG_LEVEL": "loud",
    "SENTRY_DSN": "here",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318",
}


@pytest.mark.parametrize("service", DOORS)
def test_what_is_missing_or_malformed_ends_the_start_with_a_line_that_names_it(service: str) -> None:
    program = f"from {DOORS[service]} import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")} | WRONG,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert all(line.startswith("setting ") for line in lines), lines
    named = [line.removeprefix("setting ").partition(":")[0] for line in lines]
    assert len(named) == len(set(named))
    assert set(named) == REQUIRED[service] | WRONG.keys()
    assert not any(value in done.stderr for value in ("many", "loud", "collector:4318"))
