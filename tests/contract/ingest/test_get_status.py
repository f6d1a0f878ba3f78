from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc.status.v1 import status_pb2, status_pb2_grpc
from hsc_rpc import channels
from hsc_rpc.server import Server
from support.ingest import PlayedCatalog, document, until_final
from support.pdf import make_pdf
from support.web import Web


async def status(server: Server) -> status_pb2.GetStatusResponse:
    async with channels.connect(f"127.0.0.1:{server.port}") as channel:
        stub = status_pb2_grpc.StatusServiceStub(channel)
        answer: status_pb2.GetStatusResponse = await stub.GetStatus(status_pb2.GetStatusRequest(), timeout=10)
    return answer


async def test_every_service_is_named_and_one_that_is_away_does_not_hide_the_others(
    ingest: ingest_pb2_grpc.IngestServiceStub, ingest_server: Server
) -> None:
    services = {each.name: each for each in (await status(ingest_server)).services}
    assert set(services) == {"ingest", "catalog", "prediction", "answer"}
    assert services["ingest"].serving
    assert services["ingest"].version
    assert services["catalog"].serving
    assert not services["answer"].serving
    assert "does not answer" in services["answer"].detail


async def test_a_question_that_finds_its_manual_ready_is_a_hit(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, ingest_server: Server
) -> None:
    before = await status(ingest_server)
    catalog.add("p/hit", document("d/hit", web.page("/hit.pdf", make_pdf(["Ready before you ask."]))))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/hit"))
    await until_final(ingest, "p/hit")
    for _ in range(2):
        await ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id="p/hit", for_question=True))
    after = await status(ingest_server)
    assert after.prefetch.requests == before.prefetch.requests + 1
    assert after.prefetch.hits == before.prefetch.hits + 1
    assert after.prefetch.late == before.prefetch.late
    assert after.manuals_ready == before.manuals_ready + 1


async def test_a_question_that_comes_before_its_manual_is_late(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, ingest_server: Server
) -> None:
    before = await status(ingest_server)
    catalog.add("p/late2", document("d/late2", web.url("/none.pdf")))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/late2"))
    await ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id="p/late2", for_question=True))
    assert (await status(ingest_server)).prefetch.late == before.prefetch.late + 1


async def test_who_only_looks_is_no_question(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web, ingest_server: Server
) -> None:
    catalog.add("p/looked", document("d/looked", web.page("/looked.pdf", make_pdf(["The page lists its sections."]))))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id="p/looked"))
    await until_final(ingest, "p/looked")
    before = await status(ingest_server)
    await ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id="p/looked"))
    after = await status(ingest_server)
    assert (after.prefetch.hits, after.prefetch.late) == (before.prefetch.hits, before.prefetch.late)
