"""What reading one manual may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of CPU and of wall clock, bytes of address space, pages, bytes of HTML."""

    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    memory_bytes: int = 3 << 29
    pages: int = 5_000
    html_bytes: int = 20 << 20
    file_bytes: int = 100 << 20
