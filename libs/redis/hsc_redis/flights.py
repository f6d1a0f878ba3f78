"""Single flight over all replicas: of those who want to do the same thing, one does."""

import uuid

from redis.asyncio import Redis

# Only the owner may end or prolong: after its time another may have begun.
_END = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"
_RENEW = (
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end"
)


class Flights:
    """Flights of one kind. One that is not ended ends by itself after `ttl_s`. All raise UNAVAILABLE errors."""

    def __init__(self, redis: Redis, kind: str, *, ttl_s: float) -> None:
        self._redis = redis
        self._kind = kind
        self._ttl_ms = max(1, round(ttl_s * 1000))
        self._end = redis.register_script(_END)
        self._renew = redis.register_script(_RENEW)

    async def begin(self, key: str) -> str | None:
        """Return the token of a new flight, or None while one is under way. The token may travel with the work."""
        token = uuid.uuid4().hex
        return token if await self._redis.set(self._name(key), token, nx=True, px=self._ttl_ms) else None

    async def under_way(self, key: str) -> bool:
        """Tell whether a flight is under way."""
        return bool(await self._redis.exists(self._name(key)))

    async def renew(self, key: str, token: str) -> bool:
        """Prolong; False when the flight was lost, and the work with it."""
        return bool(await self._renew(keys=[self._name(key)], args=[token, self._ttl_ms]))

    async def end(self, key: str, token: str) -> bool:
        """End; False when it was somebody else's by now."""
        return bool(await self._end(keys=[self._name(key)], args=[token]))

    def _name(self, key: str) -> str:
        return f"flight:{self._kind}:{key}"
