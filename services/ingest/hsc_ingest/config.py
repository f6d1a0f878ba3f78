"""Settings of the ingest service and its worker, from the environment, checked at start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from hsc_rpc.settings import ServerSettings
from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from hsc_ingest.adapters.fetch import AddressPolicy, AllowList, Limits
from hsc_ingest.adapters.makers import Makers
from hsc_ingest.flows.jobs import JobPolicy


def _none_when_empty(value: object) -> object:
    """An empty path would be the current folder."""
    return None if value == "" else value


def _folder(path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise ValueError(f"{path} is not a folder")
    return path


def _makers(path: Path | None) -> Path | None:
    if path is not None:
        try:
            Makers.load(path)
        except OSError as error:
            raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    return path


class IngestSettings(ServerSettings):
    """Both doors read these: the server and the worker."""

    port: int = Field(50054, ge=0, le=65535)
    metrics_port: int = Field(9104, ge=0, le=65535)
    database_url: str = Field(min_length=1)
    redis_url: str = Field(pattern="^(rediss?|unix)://")
    blob_url: str = Field(pattern="^(file:///|s3://)")
    catalog_address: str = "catalog:50051"
    prediction_address: str = "prediction:50052"
    answer_address: str = "answer:50053"

    # The fetcher: hosts that may be reached although they are not public, and where `file:` addresses may lead.
    hsc_fetch_allow: str = ""
    hsc_file_root: Annotated[Path | None, BeforeValidator(_none_when_empty), AfterValidator(_folder)] = None
    hsc_fetch_max_bytes: int = Field(100 * 1024 * 1024, ge=1024)
    hsc_fetch_total_s: float = Field(180, gt=0, le=600)
    hsc_fetch_per_host: int = Field(4, ge=1, le=64)
    # A table of makers' sites to use instead of our own, services/ingest/hsc_ingest/adapters/makers.toml.
    hsc_makers: Annotated[Path | None, BeforeValidator(_none_when_empty), AfterValidator(_makers)] = None

    # Prefetches one session may cause in a minute.
    prefetch_budget: int = Field(60, ge=1)
    # So long a session that only typed is taken to wait for a manual; whoever asks waits as long as it takes.
    prefetch_patience_s: float = Field(90, gt=0)
    # A manual is checked again after so long.
    recheck_after_s: float = Field(7 * 86_400, gt=0)
    worker_metrics_port: int = Field(9105, ge=0, le=65535)
    worker_threads: int = Field(8, ge=1, le=64)
    job_lease_s: float = Field(10, ge=0.3, le=300)
    sweep_every_s: float = Field(1, gt=0, le=60)

    @field_validator("hsc_fetch_allow")
    @classmethod
    def _hosts(cls, text: str) -> str:
        AllowList.parse(text)
        return text

    @property
    def address_policy(self) -> AddressPolicy:
        return AddressPolicy(AllowList.parse(self.hsc_fetch_allow))

    @property
    def fetch_limits(self) -> Limits:
        return Limits(
            max_bytes=self.hsc_fetch_max_bytes, total=self.hsc_fetch_total_s, per_host=self.hsc_fetch_per_host
        )

    @property
    def job_policy(self) -> JobPolicy:
        return JobPolicy(lease_s=self.job_lease_s)
