from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hsc_local.home import Home
from hsc_local.postgres import Postgres
from hsc_local.supervisor import StartFailed, Supervisor
from support.folders import open_folder


@pytest.fixture
def home() -> Iterator[Home]:
    with open_folder() as folder:
        made = Home(folder / "hsc")
        made.prepare()
        yield made


async def test_data_survives_a_restart(home: Home) -> None:
    for statement in ("CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('here')"):
        supervisor = Supervisor(home)
        server = Postgres(home)
        await server.prepare()
        await supervisor.start([server.spec()])
        await supervisor.until_ready()
        async with await psycopg.AsyncConnection.connect(server.url) as connection:
            await connection.execute(statement)
        await supervisor.stop()


async def test_an_interrupted_first_start_is_made_anew(home: Home) -> None:
    (home.root / "postgres.part").mkdir()
    (home.root / "postgres.part" / "half").write_text("done")
    await Postgres(home).prepare()
    assert (home.root / "postgres" / "PG_VERSION").exists()
    assert not (home.root / "postgres" / "half").exists()


async def test_a_folder_with_something_else_in_it_is_left_alone(home: Home) -> None:
    (home.root / "postgres").mkdir()
    (home.root / "postgres" / "diary.txt").write_text("mine")
    with pytest.raises(StartFailed, match="not PostgreSQL's"):
        await Postgres(home).prepare()
    assert (home.root / "postgres" / "diary.txt").read_text() == "mine"


def test_a_long_path_moves_the_socket(tmp_path: Path) -> None:
    deep = Home(tmp_path / ("x" * 100))
    assert len(Postgres(deep).url.partition("host=")[2]) < 90
