"""`hsc coverage`: how far the brands are documented and read."""

import click
from hsc.catalog.v1 import catalog_pb2

from hsc_cli.client import ANSWER_S, Client
from hsc_cli.failures import OK
from hsc_cli.output import Output
from hsc_cli.running import rpc_command


@click.command()
@click.option("--brand", default="", help="One brand, by its id (default: all).")
@rpc_command
async def coverage(client: Client, out: Output, brand: str) -> int:
    """Report for each brand how many products have a document, can be reached, are read, and lack one.

    The brands most asked about come first, and below them the products that were asked about and lack a document.
    """
    rows: list[catalog_pb2.ReportCoverageResponse] = []
    request = catalog_pb2.ReportCoverageRequest(brand_id=brand)
    async for row in client.catalog.ReportCoverage(request, timeout=ANSWER_S):
        out.result(row)
        rows.append(row)

    def counts(row: catalog_pb2.ReportCoverageResponse) -> tuple[int, int, int, int, int, int]:
        return row.products, row.with_document, row.reachable, row.read, row.missing, row.asked

    total = tuple(map(sum, zip(*map(counts, rows), strict=True))) if rows else (0, 0, 0, 0, 0, 0)
    out.table(
        ("brand", "products", "with document", "reachable", "read", "missing", "asked"),
        [*((row.brand_name or row.brand_id, *counts(row)) for row in rows), ("all", *total)],
    )
    wanted = [(row.brand_name or row.brand_id, each) for row in rows for each in row.wanted]
    wanted.sort(key=lambda one: -one[1].asked)
    if wanted:
        out.table(
            ("lacks a document", "product", "asked"),
            [(brand, f"{each.name} ({each.product_id})", each.asked) for brand, each in wanted],
        )
    return OK
