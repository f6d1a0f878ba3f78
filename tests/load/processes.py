"""The processes of a stack: those that are ours, each with its children."""

import psutil
from hsc_local.stack import Running

OURS = ("catalog", "prediction", "answer", "ingest", "worker", "wsbridge", "envoy")


def family(up: Running, name: str) -> list[psutil.Process]:
    """A process and its children."""
    process = psutil.Process(up.pid(name))
    return [process, *process.children(recursive=True)]
