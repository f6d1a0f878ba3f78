"""From the page space of a file to the page as shown: cropped, turned, origin top left."""

from typing import NamedTuple


class Turn(NamedTuple):
    """The edges of the page in the file's space, and by how many quarters it is shown turned clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    quarters: int


def place(turn: Turn, x: float, y: float) -> tuple[float, float]:
    """A point of the file's page space, as points from the top left of the page as shown."""
    left, bottom, right, top, rotation = turn
    if rotation == 0:
        return x - left, top - y
    if rotation == 1:
        return y - bottom, x - left
    if rotation == 2:
        return right - x, y - bottom
    return top - y, right - x
