import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2 as pb
from support.catalog import House, Replica, product, refusal, violated
from support.postgres import Postgres
from support.valkey import Valkey

REPLACE = pb.IMPORT_MODE_REPLACE


class Reader:
    """Keeps what a reader of the stream keeps."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self.products: dict[str, pb.Product] = {}
        self.messages: list[pb.StreamProductsResponse] = []
        self.snapshots = 0

    async def complete(self, revision: int) -> "Reader":
        """Read until it has all of the revision."""
        self.messages = []
        async with asyncio.timeout(10):
            async for message in self.call:
                self.take(message)
                if message.snapshot_complete and message.revision >= revision:
                    assert message.revision == revision
                    return self
        raise AssertionError("the stream ended")

    def take(self, message: pb.StreamProductsResponse) -> None:
        self.messages.append(message)
        if message.snapshot_start:
            self.snapshots += 1
            self.products = {}
        if message.HasField("upserted"):
            self.products[message.upserted.product_id] = message.upserted
        self.products.pop(message.removed_product_id, None)

    @property
    def upserted(self) -> list[str]:
        """The ids in what was read last."""
        return [message.upserted.product_id for message in self.messages if message.HasField("upserted")]


@asynccontextmanager
async def reading(catalog: Replica, after_revision: int = 0) -> AsyncIterator[Reader]:
    call = catalog.stub.StreamProducts(pb.StreamProductsRequest(after_revision=after_revision))
    try:
        yield Reader(call)
    finally:
        call.cancel()


async def test_first_comes_everything_then_each_change(catalog: Replica) -> None:
    await catalog.apply(product("a", category="Drums"), product("b"))
    async with reading(catalog) as reader:
        await reader.complete(1)
        assert reader.messages[0].snapshot_start
        assert reader.products["a"].category == "Drums"
        assert reader.products["a"].brand_name == "Roland"
        await catalog.apply(product("c"), product("a", "New name"), mode=REPLACE)
        await reader.complete(2)
        assert {key: value.name for key, value in reader.products.items()} == {"a": "New name", "c": "Roland C"}
        assert reader.snapshots == 1


async def test_an_empty_catalogue_is_complete_at_once(catalog: Replica) -> None:
    async with reading(catalog) as reader:
        (message,) = (await reader.complete(0)).messages
        assert message.snapshot_start


async def test_only_what_changed_is_sent(catalog: Replica) -> None:
    await catalog.apply(product("a"), product("b"))
    async with reading(catalog) as reader:
        await reader.complete(1)
        await catalog.apply(product("b", "New name"))
        assert (await reader.complete(2)).upserted == ["b"]


async def test_a_change_of_a_brand_sends_its_products(catalog: Replica) -> None:
    await catalog.apply(product("a"), product("b"))
    await catalog.apply(product("n"), brand=pb.Brand(brand_id="nord"))
    async with reading(catalog) as reader:
        await reader.complete(2)
        await catalog.apply(brand=pb.Brand(brand_id="roland", name="Roland Corporation"))
        assert (await reader.complete(3)).upserted == ["a", "b"]
        assert reader.products["a"].brand_name == "Roland Corporation"


async def test_an_attached_document_is_a_change_of_its_product(catalog: Replica) -> None:
    await catalog.apply(product("a"), product("b"))
    async with reading(catalog) as reader:
        await reader.complete(1)
        await catalog.attach("b", "upload:0123")
        assert (await reader.complete(2)).upserted == ["b"]
        assert len(reader.products["b"].documents) == 1


async def test_one_who_comes_back_gets_the_changes_since(catalog: Replica) -> None:
    await catalog.apply(product("a"), product("b"), product("c"))
    await catalog.apply(product("b", "New name"), product("c"), mode=REPLACE)
    async with reading(catalog, after_revision=1) as reader:
        await reader.complete(2)
        assert reader.snapshots == 0
        assert reader.upserted == ["b"]
        assert [m.removed_product_id for m in reader.messages if m.removed_product_id] == ["a"]


async def test_one_who_missed_nothing_is_told_so(catalog: Replica) -> None:
    await catalog.apply(product("a"))
    async with reading(catalog, after_revision=1) as reader:
        (message,) = (await reader.complete(1)).messages
        assert not message.snapshot_start


async def test_a_product_that_went_and_came_back_is_there(catalog: Replica) -> None:
    await catalog.apply(product("a"), product("b"))
    await catalog.apply(product("b"), mode=REPLACE)
    await catalog.apply(product("a"))
    async with reading(catalog, after_revision=1) as reader:
        await reader.complete(3)
        assert reader.upserted == ["a"]
        assert not [m for m in reader.messages if m.removed_product_id]


async def test_a_revision_that_is_no_longer_kept_restarts_the_snapshot(house: House) -> None:
    async with house.replica(kept_revisions=2) as catalog:
        for number in range(5):
            await catalog.apply(product(str(number)), mode=REPLACE)
        async with reading(catalog, after_revision=2) as far_behind:
            await far_behind.complete(5)
            assert (far_behind.snapshots, list(far_behind.products)) == (1, ["4"])
        async with reading(catalog, after_revision=3) as just_kept:
            await just_kept.complete(5)
            assert just_kept.snapshots == 0
            assert [m.removed_product_id for m in just_kept.messages if m.removed_product_id] == ["2", "3"]


async def test_a_revision_from_before_a_restored_backup_restarts_the_snapshot(catalog: Replica) -> None:
    await catalog.apply(product("a"))
    async with reading(catalog, after_revision=99) as reader:
        await reader.complete(1)
        assert reader.snapshots == 1


async def test_a_change_on_one_replica_reaches_readers_of_another(house: House, catalog: Replica) -> None:
    async with house.replica(poll_s=60) as other, reading(other) as reader:
        await reader.complete(0)
        await catalog.apply(product("a"))
        await reader.complete(1)
        assert list(reader.products) == ["a"]


async def test_without_redis_changes_are_seen_by_looking(house: House, own_valkey: Valkey) -> None:
    own_valkey.stop()
    house.redis_url = own_valkey.url
    async with house.replica(poll_s=0.1) as catalog, reading(catalog) as reader:
        await reader.complete(0)
        await catalog.apply(product("a"))
        await reader.complete(1)


async def test_a_large_catalogue_that_changes_meanwhile_arrives_whole(catalog: Replica) -> None:
    await catalog.apply(*(product(f"{number:05}") for number in range(2500)))
    async with reading(catalog) as reader:
        async for message in reader.call:
            reader.take(message)
            if len(reader.products) == 10:
                break
        # Most of the snapshot is still to be read: pages already passed change, and pages to come.
        await catalog.apply(*(product(f"{number:05}", "New") for number in range(0, 2500, 2)), mode=REPLACE)
        await catalog.apply(product("99999", "New"))
        async with asyncio.timeout(10):
            async for message in reader.call:
                reader.take(message)
                if message.snapshot_complete and message.revision == 3:
                    break
        assert len(reader.products) == 1251
        assert {each.name for each in reader.products.values()} == {"New"}


async def test_every_completed_revision_is_one_that_was_applied(catalog: Replica) -> None:
    async def replace(name: str) -> None:
        await catalog.apply(*(product(f"{number:05}", name) for number in range(1200)), mode=REPLACE)

    async def write() -> None:
        for round_number in range(4):
            await replace(f"round {round_number}")

    await replace("first")
    async with reading(catalog) as reader:
        writing = asyncio.create_task(write())
        async for message in reader.call:
            reader.take(message)
            if message.snapshot_complete:
                assert len({each.name for each in reader.products.values()}) == 1
                if message.revision == 5:
                    break
        await writing


async def test_the_stream_ends_when_the_server_drains(house: House) -> None:
    async with house.replica() as catalog, reading(catalog) as reader:
        await reader.complete(0)
        ended = asyncio.create_task(reader.call.code())
        await catalog.server.stop()
        assert await ended is StatusCode.UNAVAILABLE


async def test_while_the_database_is_away_readers_are_told_when_to_come_again(
    house: House, postgres_server: Postgres
) -> None:
    async with house.replica(poll_s=0.05) as catalog, reading(catalog) as reader:
        await reader.complete(0)
        with postgres_server.away(house.database_url):
            failure = await refusal(reader.complete(1))
        assert (failure.code, failure.reason) == (StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE")
        assert failure.retry_after_s


async def test_a_negative_revision_is_refused(catalog: Replica) -> None:
    async with reading(catalog, after_revision=-1) as reader:
        assert violated(await refusal(reader.complete(0))) == ["after_revision"]
