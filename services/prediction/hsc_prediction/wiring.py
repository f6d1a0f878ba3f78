"""The one place that builds the service and connects its parts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from grpc_health.v1 import health_pb2
from hsc.prediction.v1 import prediction_pb2, prediction_pb2_grpc
from hsc_rpc.channels import connect
from hsc_rpc.server import Server
from redis.asyncio import Redis

from hsc_prediction.adapters.catalog import GrpcCatalog
from hsc_prediction.adapters.events import Events
from hsc_prediction.adapters.ingest import GrpcIngest
from hsc_prediction.adapters.popularity import RedisAsked
from hsc_prediction.adapters.snapshots import RedisSnapshots
from hsc_prediction.config import Settings
from hsc_prediction.domain.calibrate import Calibration
from hsc_prediction.flows.follow import Follower
from hsc_prediction.flows.live import Live
from hsc_prediction.flows.popularity import Popularity
from hsc_prediction.flows.prefetch import Budget, Prefetch, cancel
from hsc_prediction.flows.type_ahead import TypeAhead
from hsc_prediction.service import PredictionService

SERVICE = prediction_pb2.DESCRIPTOR.services_by_name["PredictionService"].full_name
# A health name of its own: the service serves while it does not follow the catalogue, and says so here.
FEED = f"{SERVICE}/catalog"


@asynccontextmanager
async def wire(settings: Settings, server: Server) -> AsyncIterator[None]:
    """Open what the service needs, serve, and close it again."""
    Calibration.shipped()
    redis = Redis.from_url(settings.redis_url, health_check_interval=15, socket_connect_timeout=2)
    catalog, ingest = connect(settings.catalog_address), connect(settings.ingest_address)
    live = Live()
    asked = RedisAsked(redis)
    events = Events(redis, asked.heard)
    prefetch = Prefetch(GrpcIngest(ingest), events, Budget(settings.prefetch_budget))
    type_ahead = TypeAhead(live, prefetch, settings.prefetch_at)

    async def tell(*, ready: bool, following: bool, why: str) -> None:
        state = health_pb2.HealthCheckResponse
        await server.health.servicer.set(FEED, state.SERVING if following else state.NOT_SERVING)
        if ready:
            await server.health.met("catalog")
        else:
            await server.health.unmet("catalog", why)

    await tell(ready=False, following=False, why="no catalogue has come yet")
    follower = Follower(GrpcCatalog(catalog), RedisSnapshots(redis), live, tell, settings.snapshot_every_s)
    server.add(
        prediction_pb2_grpc.add_PredictionServiceServicer_to_server, PredictionService(live, type_ahead), SERVICE
    )
    tasks = {asyncio.create_task(events.run(), name="events"), asyncio.create_task(follower.run(), name="follower")}
    if settings.popularity:
        popularity = Popularity(asked, live, settings.popularity_refresh_s)
        tasks.add(asyncio.create_task(popularity.run(), name="popularity"))
    try:
        yield
    finally:
        await cancel(tasks)
        await catalog.close()
        await ingest.close()
        await redis.aclose()
