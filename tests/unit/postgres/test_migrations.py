import asyncio
from pathlib import Path

import psycopg
import pytest
from hsc_postgres import DatabaseUnavailable, MigrationError, migrate
from support.ports import free_port
from support.postgres import Postgres


@pytest.fixture
def url(postgres_server: Postgres) -> str:
    return postgres_server.create_database()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_things.sql").write_text("CREATE TABLE things (name text); INSERT INTO things VALUES ('first');")
    (tmp_path / "0002_more.sql").write_text("ALTER TABLE things ADD COLUMN size int;")
    (tmp_path / "notes.txt").write_text("no migration")
    return tmp_path


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM shop.things").fetchone()
    assert row
    return int(row[0])


async def test_each_file_is_applied_once_in_order(url: str, folder: Path) -> None:
    assert await migrate(url, "shop", folder) == ["0001_things.sql", "0002_more.sql"]
    assert await migrate(url, "shop", folder) == []
    assert count(url) == 1


async def test_replicas_that_start_together_apply_each_file_once(url: str, folder: Path) -> None:
    applied = await asyncio.gather(*(migrate(url, "shop", folder) for _ in range(8)))
    assert sorted(name for names in applied for name in names) == ["0001_things.sql", "0002_more.sql"]
    assert count(url) == 1


async def test_a_file_that_fails_leaves_nothing_behind(url: str, folder: Path) -> None:
    (folder / "0003_broken.sql").write_text("INSERT INTO things VALUES ('second', 1); SELECT no_such_column;")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        await migrate(url, "shop", folder)
    (folder / "0003_broken.sql").unlink()
    assert await migrate(url, "shop", folder) == ["0001_things.sql", "0002_more.sql"]


async def test_a_changed_file_is_named(url: str, folder: Path) -> None:
    await migrate(url, "shop", folder)
    (folder / "0001_things.sql").write_text("CREATE TABLE other (name text);")
    with pytest.raises(MigrationError, match=r"0001_things\.sql .* was changed"):
        await migrate(url, "shop", folder)


async def test_a_missing_file_is_named(url: str, folder: Path) -> None:
    await migrate(url, "shop", folder)
    (folder / "0002_more.sql").unlink()
    with pytest.raises(MigrationError, match=r"0002_more\.sql .* is gone"):
        await migrate(url, "shop", folder)


async def test_a_library_brings_its_tables_into_the_same_schema(url: str, folder: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "0001_chain.sql").write_text("CREATE TABLE chain (link int);")
    assert await migrate(url, "shop", folder, library) == ["0001_things.sql", "0002_more.sql", "0001_chain.sql"]


@pytest.mark.parametrize("name", ["1_things.sql", "0003-things.sql", "0001_again.sql"])
async def test_a_misnamed_file_is_an_error(url: str, folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 1;")
    with pytest.raises(MigrationError, match=name):
        await migrate(url, "shop", folder)


async def test_two_folders_with_one_name_are_an_error(url: str, folder: Path) -> None:
    with pytest.raises(MigrationError, match=r"0001_things\.sql"):
        await migrate(url, "shop", folder, folder)


async def test_without_a_database_it_says_so(folder: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        await migrate(f"postgresql://127.0.0.1:{free_port()}/none", "shop", folder, patience_s=0)
