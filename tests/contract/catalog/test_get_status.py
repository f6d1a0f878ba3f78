from hsc.status.v1 import status_pb2
from support.catalog import Replica, product


async def test_the_operator_sees_revision_and_number_of_products(catalog: Replica) -> None:
    await catalog.apply(product("a"), product("b"))
    told = await catalog.status.GetStatus(status_pb2.GetStatusRequest())
    assert (told.catalog_revision, told.products) == (1, 2)
    assert [(service.name, service.serving) for service in told.services] == [("catalog", True)]
