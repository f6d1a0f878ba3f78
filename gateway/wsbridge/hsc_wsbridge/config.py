"""Settings of the bridge."""

from typing import Annotated

from hsc_rpc.edge import EdgeSettings
from hsc_rpc.settings import ServerSettings
from pydantic import Field, field_validator
from pydantic_settings import NoDecode

Names = Annotated[tuple[str, ...], NoDecode]


class Settings(EdgeSettings, ServerSettings):
    """Addresses are `host:port`; lists are comma-separated; durations in seconds."""

    port: int = Field(8090, ge=0, le=65535)
    metrics_port: int = Field(9106, ge=0, le=65535)
    prediction_address: str = "prediction:50052"
    answer_address: str = "answer:50053"
    ingest_address: str = "ingest:50054"
    # Pages of other origins that may open sockets, such as https://support.example.com; the own origin always may.
    hsc_allowed_origins: Names = ()
    hsc_forward_metadata: Names = ("authorization", "accept-language")
    hsc_max_sockets: int = Field(10_000, ge=1)
    # A whole support centre may sit behind one address.
    hsc_max_sockets_per_address: int = Field(1_000, ge=1)
    hsc_max_sockets_per_user: int = Field(100, ge=1)
    hsc_max_call_s: float = Field(3600, gt=0)
    hsc_first_message_s: float = Field(10, gt=0)
    hsc_ping_s: float = Field(20, gt=0)

    @field_validator("hsc_allowed_origins", "hsc_forward_metadata", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value
