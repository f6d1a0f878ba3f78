"""The page's server in its container: what it gives, what it hides, what may be cached. Needs nginx."""

import http.client
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.ports import free_port
from support.wait import until_sync

CONFIG = Path(__file__).parents[3] / "web" / "nginx.conf"


def get(port: int, path: str) -> tuple[int, str, str]:
    """Status, body and Cache-Control."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body, answer.getheader("cache-control", "")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        pytest.skip("nginx is missing: apt-get install nginx-light")
    home = tmp_path_factory.mktemp("nginx")
    for name, text in {
        "page/index.html": "the page", "page/theme.js": "theme", "page/assets/a-1.js": "script", "page/.secret": "no",
        "samples/manuals/a.pdf": "manual", "samples/.built.json": "no",
    }.items():  # fmt: skip
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    number = free_port()
    text = re.sub(r" /tmp/", f" {home}/", CONFIG.read_text()).replace("listen 8080", f"listen 127.0.0.1:{number}")
    text = text.replace("/srv/page", f"{home}/page").replace("/srv/samples", f"{home}/samples")
    # Folders of a test belong to its user alone; a master that is root would hand over to another.
    config = home / "nginx.conf"
    config.write_text(text)
    command = [program, "-e", "stderr", "-c", str(config), "-g", "daemon off; master_process off;"]
    process = subprocess.Popen(command)

    def answers() -> bool:
        try:
            return get(number, "/health")[0] == 200
        except OSError:
            return False

    try:
        until_sync(answers)
        yield number
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("path", ["/", "/index.html", "/products/td17"])
def test_a_view_is_the_page_and_is_asked_for_each_time(port: int, path: str) -> None:
    assert get(port, path) == (200, "the page", "no-cache")


def test_what_has_a_hash_in_its_name_may_be_kept_for_ever(port: int) -> None:
    assert get(port, "/assets/a-1.js") == (200, "script", "public, max-age=31536000, immutable")


def test_the_samples_are_served_where_they_are_mounted(port: int) -> None:
    assert get(port, "/samples/manuals/a.pdf") == (200, "manual", "no-cache")


@pytest.mark.parametrize(
    "path", ["/assets/none.js", "/none.png", "/samples/none.pdf", "/.secret", "/samples/.built.json", "/samples/"]
)
def test_what_is_not_there_or_hidden_is_not_found(port: int, path: str) -> None:
    assert get(port, path)[0] in (403, 404)
