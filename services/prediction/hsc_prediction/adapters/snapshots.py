"""The last catalogue, kept in Redis for a replica that starts while the catalogue is down."""

import asyncio
import json
import logging
import zlib
from collections.abc import Iterable
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from hsc_prediction.domain.index import Index
from hsc_prediction.domain.product import Product

log = logging.getLogger(__name__)

KEY = "prediction:snapshot:1"
TTL_S = 30 * 86_400
MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024


class RedisSnapshots:
    """One snapshot: `revision` and the products, as compressed JSON lines, in a hash."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def load(self) -> tuple[int, list[Product]] | None:
        """The revision and its products; None where nothing readable is kept."""
        try:
            revision, packed = cast("list[Any]", await self._redis.hmget(KEY, ["revision", "products"]))
        except (RedisError, OSError):
            log.warning("the kept catalogue cannot be read")
            return None
        if revision is None or packed is None:
            return None
        try:
            return int(revision), await asyncio.to_thread(_unpack, packed)
        except (ValueError, TypeError, zlib.error):
            log.warning("the kept catalogue is damaged")
            return None

    async def save(self, revision: int, index: Index) -> None:
        """Keep a newer revision; a catalogue beyond 64 MB is not kept."""
        try:
            kept = await self._redis.hget(KEY, "revision")
            if kept is not None and int(kept) == revision:
                return
            packed = await asyncio.to_thread(_pack, index.products())
            if len(packed) > MOST_BYTES:
                log.warning("the catalogue is too large to be kept", extra={"bytes": len(packed)})
                return
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(KEY, mapping={"revision": revision, "products": packed})
                pipe.expire(KEY, TTL_S)
                await pipe.execute()
        except (RedisError, OSError, ValueError):
            log.warning("the catalogue cannot be kept")


def _pack(products: Iterable[Product]) -> bytes:
    squeeze = zlib.compressobj(1)
    out = bytearray()
    for p in products:
        row = (p.product_id, p.name, p.brand_id, p.brand_name, p.category, p.sku, p.url, p.image_url)
        out += squeeze.compress(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return bytes(out + squeeze.flush())


def _unpack(packed: bytes) -> list[Product]:
    stretch = zlib.decompressobj()
    lines = stretch.decompress(packed, MOST_UNPACKED).splitlines()
    return [Product(*json.loads(line)) for line in lines]
