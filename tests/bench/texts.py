"""What people type into the box, made from the names of the catalogue."""

import random
from collections.abc import Sequence

import grpc
from hsc.catalog.v1 import catalog_pb2, catalog_pb2_grpc

OPENINGS = ("", "", "how do i reset my ", "manual for ", "error e07 on ", "how to update the firmware of ")


def names(address: str) -> list[str]:
    """What the catalogue's products are called."""
    found: list[str] = []
    with grpc.insecure_channel(address) as channel:
        stub = catalog_pb2_grpc.CatalogServiceStub(channel)
        token = ""
        while True:
            request = catalog_pb2.ListProductsRequest(page_size=1000, page_token=token)
            page = stub.ListProducts(request, timeout=15)
            found += [product.name for product in page.products]
            if not (token := page.next_page_token):
                return found


def about(names: Sequence[str], count: int) -> list[str]:
    """Whole texts, each about one product; the same for the same names."""
    chance = random.Random(7)
    return [chance.choice(OPENINGS) + chance.choice(names).lower()[:80] for _ in range(count)]


def moments(wholes: list[str], count: int) -> list[str]:
    """Moments of typing, one text after the other as people type, all different; fewer where there are not so many."""
    typed = dict.fromkeys(whole[:end] for whole in wholes for end in range(1, len(whole) + 1))
    return list(typed)[:count]
