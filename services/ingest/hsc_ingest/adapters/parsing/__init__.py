"""Reading manuals: bytes to passages, in a child process that may be killed at any time."""

from hsc_ingest.adapters.parsing.limits import Limits
from hsc_ingest.adapters.parsing.parser import ManualParser

__all__ = ["Limits", "ManualParser"]
