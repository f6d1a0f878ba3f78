"""PredictionService/Predict."""

import grpc
import pytest
from grpc import aio
from redis.asyncio import Redis
from support.wait import until


async def test_names_the_product_and_parts_the_question_from_it(replica):
    response = await replica.predict("how do i reset my td-17")
    best = response.predictions[0]
    assert (best.product_id, best.name, best.brand_id) == ("td17", "Roland TD-17", "roland")
    assert response.product_text == "td-17"
    assert response.question_text == "how do i reset my"
    assert [best.name[s.start : s.end] for s in best.matched_spans] == ["TD-17"]


async def test_products_of_one_name_are_one_group_whose_confidences_add(replica):
    both = [p for p in (await replica.predict("roland lx-5")).predictions if p.name == "Roland LX-5"]
    assert {p.product_id for p in both} == {"lx5-black", "lx5-white"}
    assert len({p.variant_group for p in both}) == 1
    assert both[0].variant_group
    assert sum(p.confidence for p in both) > 0.5


async def test_a_text_that_leaves_twins_open_locks_none_of_them(replica):
    predictions = (await replica.predict("roland td")).predictions
    assert {"td17", "td27"} <= {p.product_id for p in predictions}
    assert not any(p.locked for p in predictions)


@pytest.mark.parametrize("text", ["", "   ", "weather tomorrow", "how do i"])
async def test_a_text_without_a_product_is_sure_of_nothing(replica, text):
    assert all(p.confidence <= 0.2 for p in (await replica.predict(text)).predictions)


async def test_without_a_limit_five_come(replica):
    assert len((await replica.predict("roland")).predictions) == 5


async def test_the_limit_is_honoured(replica):
    assert len((await replica.predict("roland", limit=2)).predictions) == 2


@pytest.mark.parametrize("request_", [{"limit": 0}, {"limit": 51}, {"text": "x" * 513}])
async def test_what_the_contract_forbids_is_an_invalid_argument(replica, request_):
    with pytest.raises(aio.AioRpcError) as failed:
        await replica.predict(**{"text": "td-17", **request_})
    assert failed.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_before_any_catalogue_came_it_says_so(house, closed_port):
    house.catalog_address = f"127.0.0.1:{closed_port}"
    async with house.replica() as replica:
        with pytest.raises(aio.AioRpcError) as failed:
            await replica.predict("td-17")
    assert failed.value.code() is grpc.StatusCode.UNAVAILABLE
    assert "catalogue" in (failed.value.details() or "")


async def test_a_product_that_is_asked_about_comes_first(house, replica):
    async def lx6_leads() -> bool:
        async with Redis.from_url(house.redis_url) as redis:
            await redis.publish("question.asked", '{"product_id": "lx6"}')
        return (await replica.ids("roland l"))[0] == "lx6"

    await until(lx6_leads)
