"""The one place that builds the service and connects its parts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from grpc_health.v1 import health_pb2
from hsc.prediction.v1 import prediction_pb2, prediction_pb2_grpc
from hsc_redis import client
from hsc_redis.pubsub import open_pubsub
from hsc_rpc.background import stop
from hsc_rpc.channels import connect
from hsc_rpc.pressure import Stage
from hsc_rpc.server import Server

from hsc_prediction import encoding
from hsc_prediction.adapters.catalog import GrpcCatalog
from hsc_prediction.adapters.ingest import GrpcIngest
from hsc_prediction.adapters.manual_events import PubSubManualEvents
from hsc_prediction.adapters.popularity import RedisAsked
from hsc_prediction.adapters.presence import Presence
from hsc_prediction.adapters.snapshots import RedisSnapshots
from hsc_prediction.config import Settings
from hsc_prediction.domain.calibrate import Calibration
from hsc_prediction.flows.follow import Follower
from hsc_prediction.flows.live import Live
from hsc_prediction.flows.popularity import Popularity
from hsc_prediction.flows.prefetch import Budget, Prefetch
from hsc_prediction.flows.type_ahead import TypeAhead
from hsc_prediction.service import PredictionService

SERVICE = prediction_pb2.DESCRIPTOR.services_by_name["PredictionService"].full_name
FEED = f"{SERVICE}/catalog"


@asynccontextmanager
async def wire(settings: Settings, server: Server) -> AsyncIterator[None]:
    """Open what the service needs, serve, and close it again."""
    Calibration.shipped()
    async with (
        client.connect(settings.redis_url) as redis,
        open_pubsub(redis) as pubsub,
        connect(settings.catalog_address) as catalog,
        connect(settings.ingest_address) as ingest,
    ):
        live = Live(encoding.predictions)
        asked = RedisAsked(redis)
        asking = GrpcIngest(ingest, overloaded=lambda: server.pressure.sheds(Stage.PREFETCH))
        prefetch = Prefetch(asking, PubSubManualEvents(pubsub), Budget(settings.prefetch_products))
        presence = Presence(redis)
        service = PredictionService(live, TypeAhead(live, prefetch, settings.prefetch_at, presence))
        server.add(prediction_pb2_grpc.add_PredictionServiceServicer_to_server, service, SERVICE)
        standing = _Standing(server)
        await standing(ready=False, following=False, why="no catalogue has come yet")
        snapshots = RedisSnapshots(redis)
        follower = Follower(
            GrpcCatalog(catalog), snapshots, live, standing, settings.snapshot_every_s, settings.catalog_wait_s
        )
        jobs = [follower.run(), presence.run()]
        if settings.popularity:
            jobs += [Popularity(asked, live, settings.popularity_refresh_s).run(), asked.listen(pubsub)]
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            yield
        finally:
            await stop(*tasks)


class _Standing:
    """Tells health how the index stands: it serves while it does not follow the catalogue, and says so under FEED."""

    def __init__(self, server: Server) -> None:
        self._health = server.health

    async def __call__(self, *, ready: bool, following: bool, why: str) -> None:
        state = health_pb2.HealthCheckResponse
        await self._health.servicer.set(FEED, state.SERVING if following else state.NOT_SERVING)
        if ready:
            await self._health.met("catalog")
        else:
            await self._health.unmet("catalog", why)
