"""Folders for servers that run as another user: pytest closes its own temporary folders to everybody else."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that other users may pass through."""
    with tempfile.TemporaryDirectory(prefix="hsc-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
