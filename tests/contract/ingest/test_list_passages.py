from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from support.ingest import PlayedCatalog, document, refused_stream, until_final
from support.pdf import make_pdf
from support.web import Web

LIST = ingest_pb2.ListPassagesRequest


async def read(ingest: ingest_pb2_grpc.IngestServiceStub, product_id: str) -> list[ingest_pb2.Passage]:
    await ingest.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id=product_id))
    (last,) = (await until_final(ingest, product_id)).values()
    stream = ingest.ListPassages(LIST(manual_id=last.manual_id), timeout=20)
    return [response.passage async for response in stream]


async def test_passages_come_in_order_with_their_pages_and_the_boxes_of_their_lines(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    pages = [
        ["# Power", "Connect the mains lead before you switch the mixer on.", "The lamp lights up in green."],
        ["# Levels", "Turn every fader down.", "Raise them slowly until the meter shows yellow at the peaks."],
        ["# Phones", "Plug your headphones into the socket at the front."],
    ]
    catalog.add("p/paged", document("d/paged", web.page("/paged.pdf", make_pdf(*pages))))
    passages = await read(ingest, "p/paged")
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    assert [passage.page_start for passage in passages] == [1, 2, 3]
    assert [list(passage.section_path) for passage in passages] == [["Power"], ["Levels"], ["Phones"]]
    first = passages[0]
    assert first.manual_id
    box = first.boxes[0]
    assert box.page == 1
    assert 0 < box.x0 < box.x1 < 595
    assert 0 < box.y0 < box.y1 < 842
    assert "mains lead" in first.text[box.start : box.end]


async def test_a_web_page_gives_passages_with_sections_and_anchors_and_no_pages(
    ingest: ingest_pb2_grpc.IngestServiceStub, catalog: PlayedCatalog, web: Web
) -> None:
    html = (
        "<html><body><main><h1>Manual</h1><h2 id='reset'>Reset</h2><p>"
        + "Hold the power button for ten seconds until the lamp blinks twice. " * 5
        + "</p></main></body></html>"
    )
    page = web.page("/manual.html", html.encode(), Content_Type="text/html; charset=utf-8")
    catalog.add("p/html", document("d/html", page, type=catalog_pb2.DOCUMENT_TYPE_HTML))
    passages = await read(ingest, "p/html")
    found = next(passage for passage in passages if "ten seconds" in passage.text)
    assert (found.page_start, found.anchor) == (0, "reset")
    assert found.section_path[-1] == "Reset"


async def test_an_unknown_manual_is_not_found(ingest: ingest_pb2_grpc.IngestServiceStub) -> None:
    failure = await refused_stream(ingest.ListPassages(LIST(manual_id="0" * 64), timeout=20))
    assert (failure.code, failure.reason) == (StatusCode.NOT_FOUND, "MANUAL_UNKNOWN")
