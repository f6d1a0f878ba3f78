"""A server that speaks S3, in this process, for what is kept at `s3://`."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from moto.server import ThreadedMotoServer  # type: ignore[import-untyped]

REGION = "us-east-1"


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch, *buckets: str) -> Iterator[None]:
    """Serve empty buckets; this process's variables say where, and those of its children."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        for bucket in buckets:
            request = urllib.request.Request(f"{endpoint}/{bucket}", method="PUT")
            urllib.request.urlopen(request, timeout=20).close()
        found = {
            "AWS_ENDPOINT": endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "of-the-tests",
            "AWS_SECRET_ACCESS_KEY": "of-the-tests",
        }
        for name, value in found.items():
            monkeypatch.setenv(name, value)
        yield
    finally:
        server.stop()
