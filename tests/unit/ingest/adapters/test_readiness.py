"""A server that cannot reach what it needs says so, and takes it back."""

from hsc_ingest.adapters.readiness import watched
from hsc_rpc.health import Health
from support.wait import until


class Dependency:
    """Answers while it is up."""

    def __init__(self, *, up: bool) -> None:
        self.up = up

    async def ping(self) -> None:
        if not self.up:
            raise ConnectionError("refused, at an address that is nobody's business")


async def started() -> Health:
    health = Health("readiness test")
    await health.met("start")
    return health


async def test_what_does_not_answer_is_known_before_the_server_starts() -> None:
    health = await started()
    async with watched(health, {"database": Dependency(up=False).ping, "redis": Dependency(up=True).ping}):
        assert not health.serving
        assert health.detail == "database: does not answer (ConnectionError)"


async def test_the_server_serves_again_once_everything_answers() -> None:
    health = await started()
    redis = Dependency(up=True)
    async with watched(health, {"redis": redis.ping}, every_s=0.01):
        assert health.serving
        redis.up = False
        await until(lambda: not health.serving)
        redis.up = True
        await until(lambda: health.serving)


async def test_one_that_hangs_does_not_answer() -> None:
    health = await started()

    async def hang() -> None:
        await until(lambda: False)

    async with watched(health, {"database": hang}, patience_s=0.05):
        assert health.detail == "database: does not answer (TimeoutError)"
