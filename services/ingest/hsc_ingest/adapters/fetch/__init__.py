"""The only client for URLs that come from catalogues, manuals or people."""

from .addresses import AddressPolicy, AllowList
from .failures import FetchFailure, Reason
from .fetcher import Fetched, Fetcher, Limits, NotModified, Progress, Validators

__all__ = [
    "AddressPolicy",
    "AllowList",
    "FetchFailure",
    "Fetched",
    "Fetcher",
    "Limits",
    "NotModified",
    "Progress",
    "Reason",
    "Validators",
]
