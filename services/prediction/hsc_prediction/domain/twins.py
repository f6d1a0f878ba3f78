"""Never the wrong twin: when the text leaves two products open, or does not quite say the one, nothing locks."""

import numpy as np
from numpy.typing import NDArray

from hsc_prediction.domain.query import Query
from hsc_prediction.domain.rank import Scored

LOCK_AT = 0.8
# Evidence, in nats, that sets two products apart.
APART = 0.7


def says_it_all(query: Query, exact: NDArray[np.float32], share: NDArray[np.float32], known: list[bool]) -> bool:
    """Whether the text says exactly this product.

    Numbers and short letters are models: each must be found as typed. A slip in a long word is forgiven; a word that the catalogue
    knows, or a short one, and that this product does not have, speaks for another product.
    """
    support = {i for word in query.words if word.support for i in range(word.first, word.last)}
    for at, atom in enumerate(query.atoms):
        if at in support:
            continue
        model = len(atom.codes) <= 3 or atom.codes[0] < 11
        if model and exact[at] <= 0:
            return False
        if share[at] <= 0 and (known[at] or len(atom.codes) <= 4):
            return False
    return True


def open_twin(scored: Scored, best: int, others: list[int], ended: bool) -> bool:
    """Whether the text leaves another product open: one that explains every typed word as well."""
    mine = scored.shares[:, best]
    for other in others:
        if ended and scored.accessory[other] and not scored.accessory[best]:
            continue
        if float((mine - scored.shares[:, other]).max(initial=0.0)) < APART:
            return True
    return False
