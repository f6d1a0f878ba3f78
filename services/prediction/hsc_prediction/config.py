"""Settings of the service, read from the environment and checked at start."""

from hsc_rpc.settings import ServerSettings
from pydantic import Field


class Settings(ServerSettings):
    """Durations in seconds."""

    port: int = Field(50052, ge=0, le=65535)
    metrics_port: int = Field(9102, ge=0, le=65535)
    redis_url: str = "redis://redis:6379/0"
    catalog_address: str = "catalog:50051"
    ingest_address: str = "ingest:50054"
    # The confidence from which a product's manual is fetched before anybody asked.
    prefetch_at: float = Field(0.6, ge=0, le=1)
    # How many products one session may have fetched; sessions without an id share ten times as many an hour.
    prefetch_products: int = Field(8, ge=0, le=1000)
    # Whether products that are asked about more often come first.
    popularity: bool = True
    popularity_refresh_s: float = Field(30.0, gt=0, le=60)
    # At most how often a changed catalogue is kept for a replica that starts while the catalogue is down.
    snapshot_every_s: float = Field(60.0, ge=0)
    # How long a start waits for the catalogue before it serves the one that was kept.
    catalog_wait_s: float = Field(5.0, ge=0)
