"""The settings of the answer service, read from the environment and checked at start."""

from typing import Literal, Self

from hsc_rpc.settings import ServerSettings
from pydantic import Field, SecretStr, model_validator

Model = Literal["extractive", "gemini"]


class Settings(ServerSettings):
    """Durations in seconds, sizes in bytes."""

    port: int = Field(50053, ge=0, le=65535)
    metrics_port: int = Field(9103, ge=0, le=65535)
    database_url: str
    redis_url: str
    redis_cache_url: str
    catalog_address: str
    ingest_address: str

    # Absent: gemini when there is a key for it, else extractive.
    hsc_model: Model | None = None
    gemini_api_key: SecretStr | None = None
    gemini_model: str = "gemini-2.5-flash"
    # Another address of Gemini's API: a proxy, or a test's server.
    gemini_base_url: str = ""

    # The extractive answer takes a silent model's place within 2 s.
    model_first_sentence_s: float = Field(1.7, gt=0, le=60)
    model_sentence_s: float = Field(15, gt=0, le=120)
    wait_for_manual_s: float = Field(60, gt=0, le=600)
    # How long an answer without readers is written on, for one who resumes.
    linger_s: float = Field(10, ge=0, le=120)
    index_cache_bytes: int = Field(256 * 1024 * 1024, gt=0)
    answer_cache_bytes: int = Field(32 * 1024 * 1024, gt=0)
    answer_ttl_s: float = Field(24 * 3600, gt=0)
    session_ttl_s: int = Field(24 * 3600, gt=0)
    journal_ttl_s: int = Field(3600, gt=0)

    @property
    def model(self) -> Model:
        """Who writes the answers."""
        return self.hsc_model or ("gemini" if self.gemini_api_key else "extractive")

    @model_validator(mode="after")
    def _the_model_has_what_it_needs(self) -> Self:
        if self.hsc_model == "gemini" and not self.gemini_api_key:
            raise ValueError("HSC_MODEL=gemini needs GEMINI_API_KEY")
        return self
