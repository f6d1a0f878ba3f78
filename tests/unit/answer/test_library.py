"""Indexes in memory: built once for all who ask at the same time, and no more of them than fit."""

import asyncio
from collections.abc import Sequence

from hsc_answer.adapters.library import IndexLibrary
from hsc_answer.domain.events import CitedManual
from hsc_answer.domain.passage import Passage
from hsc_answer.domain.ranking import ManualIndex
from support.passages import piano

SIZE = ManualIndex.build(piano()).nbytes


class Manuals:
    """Gives every manual the same passages, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def passages(self, manual_id: str) -> Sequence[Passage]:
        self.read.append(manual_id)
        await asyncio.sleep(0)
        return piano()


def manual(manual_id: str) -> list[CitedManual]:
    return [CitedManual(manual_id, "", 1, "")]


async def test_of_simultaneous_askers_one_builds() -> None:
    manuals = Manuals()
    library = IndexLibrary(manuals, 10 * SIZE)  # type: ignore[arg-type]
    one, other = await asyncio.gather(library.index(manual("a")), library.index(manual("a")))
    assert one is other
    assert manuals.read == ["a"]


async def test_what_was_asked_for_least_lately_is_let_go() -> None:
    manuals = Manuals()
    library = IndexLibrary(manuals, int(2.5 * SIZE))  # type: ignore[arg-type]
    for manual_id in ("a", "b", "a", "c", "a", "b"):
        await library.index(manual(manual_id))
    assert manuals.read == ["a", "b", "c", "b"]


async def test_an_index_that_is_larger_than_all_room_serves_without_being_kept() -> None:
    manuals = Manuals()
    library = IndexLibrary(manuals, SIZE // 2)  # type: ignore[arg-type]
    for _ in range(2):
        assert (await library.index(manual("a"))).search("how heavy is it")
    assert manuals.read == ["a", "a"]
