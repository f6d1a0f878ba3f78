"""Sentences out of a stream of text pieces: a model sends what it has, not whole lines."""

from hsc_answer.domain.prompt import Draft, read_line

# A line that long is no sentence: the model has lost its way.
LONGEST = 10_000


class Lines:
    """Collects pieces of text and gives the drafts that are complete."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> list[Draft]:
        """Return the drafts that end in this piece."""
        *lines, self._rest = (self._rest + piece).split("\n")
        if len(self._rest) > LONGEST:
            self._rest = ""
        return [draft for line in lines if (draft := read_line(line)) is not None]

    def end(self) -> list[Draft]:
        """Return the draft in the last line, where there is one."""
        return self.feed("\n")
