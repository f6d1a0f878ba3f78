"""The sample data: built where the page's server serves it, and imported through the public door."""

import asyncio
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from hsc_local.home import Home
from hsc_local.ports import LOOPBACK, Ports

_HSC = (sys.executable, "-c", "from hsc_cli.main import main; main()")
_BUILD_S = 120.0
_IMPORT_S = 120.0


class SamplesMissing(Exception):
    """The sample data could not be built or imported; the system works without it."""


async def build(home: Home, ports: Ports, environment: Mapping[str, str]) -> None:
    """Sets what is not up to date. Raises SamplesMissing."""
    base_url = f"http://{LOOPBACK}:{ports['gateway']}/samples"
    command = (sys.executable, "-m", "hsc_samples", "build", "--base-url", base_url, str(home.samples))
    await _run(command, environment, _BUILD_S)


async def import_once(home: Home, environment: Mapping[str, str]) -> bool:
    """Imports the samples unless these very files were imported before; gives whether it did. Raises SamplesMissing."""
    marker = home.samples / ".imported"
    state = await asyncio.to_thread(_fingerprint, home.samples)
    if marker.is_file() and marker.read_text() == state:
        return False
    await _run((*_HSC, "import", str(home.samples / "catalogs")), environment, _IMPORT_S)
    for document in json.loads((home.samples / "attachments.json").read_text()):
        attach = ("manual", "attach", document["product_id"], document["url"])
        options = ("--role", document["role"].replace("_", "-"), "--language", document["language"])
        await _run((*_HSC, *attach, *options), environment, _IMPORT_S)
    marker.write_text(state)
    return True


def _fingerprint(samples: Path) -> str:
    digest = hashlib.sha256()
    for path in (*sorted((samples / "catalogs").glob("*.json")), samples / "attachments.json"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


async def _run(command: tuple[str, ...], environment: Mapping[str, str], seconds: float) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(environment),
    )
    try:
        async with asyncio.timeout(seconds):
            output, _ = await process.communicate()
    except TimeoutError:
        raise SamplesMissing(f"the sample data takes longer than {seconds:.0f} s ({' '.join(command[-3:])})") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        text = output.decode("utf-8", "replace").strip()
        raise SamplesMissing(f"the sample data cannot be brought in ({' '.join(command[-3:])}):\n{text}")
