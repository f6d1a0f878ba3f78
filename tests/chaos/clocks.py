"""Clocks that can be set, one for each process of a stack. They need libfaketime (Debian's package of that name)."""

from pathlib import Path

import psutil
from hsc_local.stack import Running

_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
AVAILABLE = bool(_LIBRARIES)


def environment() -> dict[str, str]:
    """What a stack needs at its start so that its clocks can be set."""
    return {"HSC_CHAOS_CLOCKS": str(_LIBRARIES[0]), "PYTHONPATH": str(Path(__file__).with_name("clock"))}


def put(up: Running, name: str, seconds: int) -> None:
    """Set the clock of one process so far ahead, or back. Others, and clocks that count elapsed time, stay."""
    scratch = Path(psutil.Process(up.pid(name)).environ()["TMPDIR"])
    written = scratch / "clock.new"
    written.write_text(f"{seconds:+d}\n")
    written.rename(scratch / "clock")
