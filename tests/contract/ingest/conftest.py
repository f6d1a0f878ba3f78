"""The ingest service in this process, its worker beside it, real stores; only the catalogue is played."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hsc.catalog.v1 import catalog_pb2_grpc
from hsc.ingest.v1 import ingest_pb2_grpc
from hsc_ingest.config import IngestSettings
from hsc_ingest.wiring import translate, wire_server
from hsc_rpc import channels
from hsc_rpc.server import Server, running
from support import postgres, valkey
from support.ingest import TOKEN, PlayedCatalog, Worker, server_settings
from support.ports import free_port
from support.wait import until_sync
from support.web import Web, serve


@pytest.fixture(scope="session")
async def catalog_server() -> AsyncIterator[tuple[PlayedCatalog, str]]:
    played = PlayedCatalog()  # type: ignore[abstract]  # the other methods answer UNIMPLEMENTED

    @asynccontextmanager
    async def wire(_: Any, server: Server) -> AsyncIterator[None]:
        register = catalog_pb2_grpc.add_CatalogServiceServicer_to_server
        server.add(register, played, "hsc.catalog.v1.CatalogService")
        yield

    async with running("catalog", server_settings(), wire) as server:
        yield played, f"127.0.0.1:{server.port}"


@pytest.fixture
def catalog(catalog_server: tuple[PlayedCatalog, str]) -> PlayedCatalog:
    """Emptied before each test."""
    played, _ = catalog_server
    PlayedCatalog.__init__(played)
    return played


@pytest.fixture(scope="session")
def queue_valkey() -> Iterator[valkey.Valkey]:
    """Not the one other tests flush."""
    with valkey.running("--maxmemory-policy", "noeviction") as server:
        yield server


@pytest.fixture(scope="session")
def file_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HSC_FILE_ROOT."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="session")
async def makers_site() -> AsyncIterator[Web]:
    """The site of the maker Larkdon, whose row is the only one in the table of makers."""
    async with serve() as site:
        yield site


@pytest.fixture(scope="session")
def makers(makers_site: Web, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HSC_MAKERS."""
    path = tmp_path_factory.mktemp("makers") / "makers.toml"
    pages = [makers_site.url("/products/{slug}"), makers_site.url("/search?q={model}")]
    path.write_text(f"[[maker]]\nbrands = ['Larkdon']\nhosts = ['127.0.0.1']\npages = {pages}\n")
    return path


@pytest.fixture(scope="session")
def environment(
    postgres_server: postgres.Postgres,
    queue_valkey: valkey.Valkey,
    catalog_server: tuple[PlayedCatalog, str],
    file_root: Path,
    makers: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:
    """The variables both doors read."""
    return {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "METRICS_PORT": "0",
        "WORKER_METRICS_PORT": str(free_port()),
        "DATABASE_URL": postgres_server.create_database(),
        "REDIS_URL": queue_valkey.url,
        "BLOB_URL": f"file://{tmp_path_factory.mktemp('blobs')}",
        "CATALOG_ADDRESS": catalog_server[1],
        "HSC_ADMIN_TOKEN": TOKEN,
        "HSC_FETCH_ALLOW": "127.0.0.1",
        "HSC_FILE_ROOT": str(file_root),
        "HSC_MAKERS": str(makers),
        "HSC_FETCH_TOTAL_S": "10",
        "JOB_LEASE_S": "1",
        "SWEEP_EVERY_S": "0.2",
        "DRAIN_DELAY_S": "0",
        "GRACE_S": "1",
    }


def has_started(worker: Worker) -> bool:
    """Whether it takes jobs; AssertionError with its log when it ended instead."""
    assert worker.process is not None
    assert worker.process.poll() is None, worker.log
    return worker.listening


@pytest.fixture(scope="session")
def worker(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    running_worker = Worker(environment, tmp_path_factory.mktemp("worker") / "log")
    running_worker.start()
    try:
        until_sync(lambda: has_started(running_worker), timeout_s=90)
        yield running_worker
        assert running_worker.stop() == 0, running_worker.log
    finally:
        running_worker.kill()


@pytest.fixture(scope="session")
def settings(environment: dict[str, str]) -> IngestSettings:
    return IngestSettings(**{name.lower(): value for name, value in environment.items()})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
async def ingest_server(settings: IngestSettings) -> AsyncIterator[Server]:
    async with running("ingest", settings, wire_server, translate) as server:
        yield server


@pytest.fixture(scope="session")
async def stub(ingest_server: Server) -> AsyncIterator[ingest_pb2_grpc.IngestServiceStub]:
    async with channels.connect(f"127.0.0.1:{ingest_server.port}") as channel:
        yield ingest_pb2_grpc.IngestServiceStub(channel)


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with serve() as site:
        yield site


@pytest.fixture
def ingest(
    stub: ingest_pb2_grpc.IngestServiceStub, worker: Worker, catalog: PlayedCatalog
) -> ingest_pb2_grpc.IngestServiceStub:
    """The service with a worker that works."""
    assert worker.process is not None
    assert worker.process.poll() is None, worker.log
    return stub
