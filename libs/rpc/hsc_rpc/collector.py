"""Python's collector of rings, for processes that hold thousands of calls open."""

import gc

# Collections of the middle generation, of 7,000 new objects each, between two walks over everything. A walk over 9,000
# open sockets holds every call up for a second. Calls that have ended are freed without it: tests insist.
_WALK_AFTER = 500


def settle() -> None:
    """Call once after a start: what it brought stays and is not walked again, and what comes is walked whole seldom."""
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _WALK_AFTER)
