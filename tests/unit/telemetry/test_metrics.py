import urllib.error
import urllib.request

import pytest
from hsc_telemetry import metrics


def test_metrics_are_served_until_closed() -> None:
    server = metrics.serve(0, "127.0.0.1")
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as response:
        assert b"process_cpu_seconds_total" in response.read()
    server.close()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5)
