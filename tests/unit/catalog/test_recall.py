import pytest
from hsc_catalog.adapters.recall import Recall
from hsc_postgres import DatabaseUnavailable


class Database:
    """Holds one thing, and may be away."""

    def __init__(self) -> None:
        self.holds: str | None = "first"
        self.away = False
        self.asked = 0

    async def read(self, key: str) -> str | None:
        self.asked += 1
        if self.away:
            raise DatabaseUnavailable
        return self.holds


async def test_the_database_is_asked_as_long_as_it_is_there() -> None:
    recall, database = Recall[str](), Database()
    assert await recall("k", database.read) == "first"
    database.holds = "second"
    assert await recall("k", database.read) == "second"


async def test_while_it_is_away_the_last_answer_holds_and_it_is_left_in_peace() -> None:
    recall, database = Recall[str](), Database()
    await recall("k", database.read)
    database.away = True
    assert [await recall("k", database.read) for _ in range(5)] == ["first"] * 5
    assert database.asked == 2


async def test_what_was_never_read_is_unavailable() -> None:
    recall, database = Recall[str](), Database()
    database.away = True
    with pytest.raises(DatabaseUnavailable):
        await recall("k", database.read)


async def test_what_is_gone_is_not_told_again() -> None:
    recall, database = Recall[str](), Database()
    await recall("k", database.read)
    database.holds = None
    assert await recall("k", database.read) is None
    database.away = True
    with pytest.raises(DatabaseUnavailable):
        await recall("k", database.read)


async def test_memory_is_bounded() -> None:
    recall, database = Recall[str](most=2), Database()
    for key in ("a", "b", "c"):
        await recall(key, database.read)
    database.away = True
    assert await recall("c", database.read) == "first"
    with pytest.raises(DatabaseUnavailable):
        await recall("a", database.read)
