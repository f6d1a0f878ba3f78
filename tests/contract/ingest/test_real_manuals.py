"""Real manuals, the whole way from a web server to passages."""

from pathlib import Path

import pytest
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import PlayedCatalog, document, until_final
from support.web import Web


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("path", "pages", "words"),
    [
        ("manuals/avrdude.pdf", 61, "programmer"),
        ("manuals/gri.pdf", 285, "contour"),
        ("manuals/gnuplot.pdf", 311, "terminal"),
        ("emanual-s10/manual.html", 0, "battery"),
    ],
)
async def test_a_real_manual_is_fetched_read_and_listed(
    ingest: ingest_pb2_grpc.IngestServiceStub,
    catalog: PlayedCatalog,
    web: Web,
    shared_data: Path,
    path: str,
    pages: int,
    words: str,
) -> None:
    is_pdf = path.endswith(".pdf")
    kind = catalog_pb2.DOCUMENT_TYPE_PDF if is_pdf else catalog_pb2.DOCUMENT_TYPE_HTML
    url = web.page(f"/{path}", (shared_data / path).read_bytes())
    catalog.add(path, document(f"d/{path}", url, type=kind))
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id=path))
    last = (await until_final(ingest, path))[f"d/{path}"]
    assert (last.state, last.pages) == (ingest_pb2.MANUAL_STATE_READY, pages), last.error

    (manual,) = (await ingest.ListManuals(ingest_pb2.ListManualsRequest(product_id=path))).manuals
    assert manual.outline
    assert manual.title
    stream = ingest.ListPassages(ingest_pb2.ListPassagesRequest(manual_id=manual.manual_id), timeout=30)
    passages = [response.passage async for response in stream]
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    assert any(words in passage.text for passage in passages)
    assert all(passage.section_path for passage in passages[5:])
