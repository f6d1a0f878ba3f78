"""Settings of the service, read from the environment and checked at start."""

from hsc_rpc.settings import ServerSettings
from pydantic import Field


class Settings(ServerSettings):
    """Durations in seconds."""

    port: int = Field(50051, ge=0, le=65535)
    metrics_port: int = Field(9101, ge=0, le=65535)
    database_url: str = Field(min_length=1)
    redis_url: str = "redis://redis:6379/0"
    ingest_address: str = "ingest:50054"
    # How late a change may be seen when Redis does not tell of it.
    poll_s: float = Field(3.0, gt=0, le=60)
    # For so many revisions, who follows the catalogue gets the changes alone; who is further behind, all of it.
    kept_revisions: int = Field(10_000, ge=1)
