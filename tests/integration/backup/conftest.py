"""Stores of a test's own."""

import asyncio
from pathlib import Path

import pytest
from support import postgres, valkey
from support.shop import Shop, fill


@pytest.fixture
def shop(postgres_server: postgres.Postgres, own_valkey: valkey.Valkey, tmp_path: Path) -> Shop:
    blobs = tmp_path / "blobs"
    blobs.mkdir()
    shop = Shop(postgres_server.create_database(), own_valkey, blobs, tmp_path / "backups", postgres_server)
    asyncio.run(fill(shop))
    return shop
