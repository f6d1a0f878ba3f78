"""What share of a text must be typed before the product can be among three and stay there, whoever reads it.

This reader knows all questions, one of each product, and how often each is asked. It fills the three places after each
letter as best they can be filled; nobody who does not know the questions can do better.
"""

from collections import defaultdict
from collections.abc import Iterable

Known = tuple[str, str, float]  # text, the folded label it means, how often it is asked


def least_typed(questions: Iterable[Known], places: int = 3) -> float:
    """The least share typed, a question's mean.

    From the longest prefix to the shortest: whoever had a place after all longer ones can have one here; the places go
    to those for whom a letter is the largest part of the text.
    """
    ending: dict[int, list[Known]] = defaultdict(list)
    whole = 0.0
    for question in questions:
        ending[len(question[0])].append(question)
        whole += question[2]
    saved = 0.0
    alive: dict[str, list[Known]] = {}
    for length in range(max(ending, default=0), 0, -1):
        here: dict[str, list[Known]] = defaultdict(list)
        for prefix, known in alive.items():
            here[prefix[:length]] += known
        for question in ending[length]:
            here[question[0]].append(question)
        alive = {prefix: _placed(known, places) for prefix, known in here.items()}
        saved += sum(w / len(text) for known in alive.values() for text, _, w in known if len(text) > length)
    return 1 - saved / whole


def _placed(known: list[Known], places: int) -> list[Known]:
    """The questions about those labels for which a place saves most."""
    worth: dict[str, float] = defaultdict(float)
    for text, label, w in known:
        worth[label] += w / len(text)
    if len(worth) <= places:
        return known
    best = set(sorted(worth, key=lambda label: -worth[label])[:places])
    return [question for question in known if question[1] in best]
