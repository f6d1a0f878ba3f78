"""Lists page by page, as AIP-158 has them: https://google.aip.dev/158."""

import base64
import binascii
import json
from collections.abc import Sequence

from hsc_rpc.errors import Violation, invalid

DEFAULT_SIZE = 50
MOST = 1000

Key = str | int | float | None


def size(asked: int) -> int:
    """Return how many items a page has: 0 is 50, more than 1000 is 1000. Negative sizes never come this far."""
    return min(asked or DEFAULT_SIZE, MOST)


def token(*after: Key) -> str:
    """Return an opaque token for the page after the item with this key."""
    return base64.urlsafe_b64encode(json.dumps(after).encode()).decode().rstrip("=")


def after(page_token: str, parts: int) -> Sequence[Key] | None:
    """Return the key a token holds, or None for the first page. Raises INVALID_ARGUMENT for a token nobody gave."""
    if not page_token:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(page_token + "=" * (-len(page_token) % 4)))
    except (ValueError, binascii.Error):
        key = None
    if not isinstance(key, list) or len(key) != parts or any(isinstance(part, list | dict) for part in key):
        raise invalid(Violation("page_token", "is not one that this list gave"))
    return key
