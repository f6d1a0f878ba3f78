"""The real parts that tests share. Each starts when it is first asked for, once a session, and stops at the end."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from support import postgres, valkey

# How long an example takes says more of the machine than of the code; times are the benchmarks' business.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """The PostgreSQL server; `create_database()` gives an empty database."""
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="module")
def postgres_url(postgres_server: postgres.Postgres) -> str:
    """A database of this module's own."""
    return postgres_server.create_database()


@pytest.fixture(scope="session")
def state_valkey() -> Iterator[valkey.Valkey]:
    """The Valkey that keeps queues, sessions and events."""
    with valkey.running("--maxmemory-policy", "noeviction") as server:
        yield server


@pytest.fixture(scope="session")
def cache_valkey() -> Iterator[valkey.Valkey]:
    """The Valkey that may forget."""
    with valkey.running("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru") as server:
        yield server


@pytest.fixture
def own_valkey() -> Iterator[valkey.Valkey]:
    """A Valkey of this test's own, to be stopped, paused and started again."""
    with valkey.running() as server:
        yield server


@pytest.fixture
def redis_url(state_valkey: valkey.Valkey) -> str:
    """REDIS_URL, emptied before the test."""
    state_valkey.flush()
    return state_valkey.url


@pytest.fixture
def redis_cache_url(cache_valkey: valkey.Valkey) -> str:
    """REDIS_CACHE_URL, emptied before the test."""
    cache_valkey.flush()
    return cache_valkey.url


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real catalogues and manuals; skips where they are not."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("HSC_SHARED_DATA") or beside)
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; HSC_SHARED_DATA says where it is")
    return folder
