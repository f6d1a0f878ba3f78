"""The answering domain behind the two calls that a scorer of annotated manuals wants: search and answer.

PYTHONPATH=tests/bench python evalmanual.py answering.engine:factory FOLDER
"""

from pathlib import Path
from typing import Any

from hsc_answer.domain import extract
from hsc_answer.domain.ranking import ManualIndex

from .sets import passages_of

HITS = 12


class Engine:
    """One manual that can be searched and asked."""

    def __init__(self, index: ManualIndex) -> None:
        self.index = index

    def search(self, question: str, k: int) -> list[dict[str, Any]]:
        """The passages nearest to the question, best first."""
        return [
            {"section_path": list(hit.passage.section_path), "text": hit.passage.text}
            for hit in self.index.search(question, k)
        ]

    def answer(self, question: str) -> str:
        """The extractive answer."""
        return extract.write(question, self.index.search(question, HITS), self.index).text


def factory(path: str) -> Engine:
    """Read and index a manual."""
    return Engine(ManualIndex.build(passages_of(Path(path))))
