"""The settings of the answer service, read from the environment and checked at start."""

from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from hsc_rpc.settings import ServerSettings
from pydantic import Field, SecretStr, field_validator, model_validator

Model = Literal["extractive", "gemini", "google-generativeai", "openai"]


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
    # Another address of Gemini's API, a proxy's for example. http:// goes without TLS; over gRPC also without the key.
    gemini_base_url: str = Field("", pattern=r"^(https?://\S+)?$")
    # How much Gemini may think before it writes: 0 nothing, -1 as it likes. Thoughts take time before the first
    # sentence. With google-generativeai the model does as it likes.
    gemini_thinking_tokens: int = Field(0, ge=-1, le=32_768)

    # Where a server speaks OpenAI's chat completions, up to and with /v1, and the model to ask there.
    openai_base_url: str = Field("", pattern=r"^(https?://\S+)?$")
    openai_model: str = ""
    openai_api_key: SecretStr | None = None
    # Whether that model takes pictures.
    openai_sees_images: bool = False

    # The extractive answer takes the place of a model that has no sentence to show by then: within 2 s. Translating
    # the question is of that time.
    model_first_sentence_s: float = Field(1.7, gt=0, le=60)
    model_sentence_s: float = Field(15, gt=0, le=60)
    model_answer_s: float = Field(60, gt=0, le=120)
    # After so many failures in a row the model is left alone for so long, then asked once whether it is back.
    model_failures: int = Field(3, ge=1, le=1000)
    model_rest_s: float = Field(30, gt=0, le=3600)
    # What a million tokens cost in US dollars, read and written: for receipts and metrics.
    model_input_usd_per_million: float = Field(0, ge=0)
    model_output_usd_per_million: float = Field(0, ge=0)
    # The shop's help desk: where a conversation goes whose asker wants a person; https:// unless on loopback.
    # Absent: nowhere.
    handover_webhook_url: SecretStr | None = None
    # Sent to it as a bearer token.
    handover_webhook_token: SecretStr | None = None
    # Where the page is found from outside: receipts that the help desk is told of are below it.
    public_url: str = Field("http://localhost:8000", pattern=r"^https?://\S+$")
    # How long an answer that another replica is writing is waited for.
    model_shared_wait_s: float = Field(15, gt=0, le=60)
    wait_for_manual_s: float = Field(60, gt=0, le=600)
    # How long an answer without readers is written on, for one who resumes.
    linger_s: float = Field(10, ge=0, le=120)
    index_cache_bytes: int = Field(256 * 1024 * 1024, gt=0)
    # A directory with a sentence model, model.onnx, and its tokenizer.json, mixed into the ranking where the words
    # leave it open; needs the extra embedding of hsc-answer. Absent: the words alone.
    hsc_embedding_model: Path | None = None
    embedding_cache_bytes: int = Field(64 * 1024 * 1024, gt=0)
    answer_cache_bytes: int = Field(32 * 1024 * 1024, gt=0)
    answer_ttl_s: float = Field(24 * 3600, gt=0)
    session_ttl_s: int = Field(24 * 3600, gt=0)
    journal_ttl_s: int = Field(3600, gt=0)

    @property
    def model(self) -> Model:
        """Who writes the answers."""
        return self.hsc_model or ("gemini" if self.gemini_api_key else "extractive")

    @field_validator("handover_webhook_url")
    @classmethod
    def _nobody_else_reads_along(cls, value: SecretStr | None) -> SecretStr | None:
        """Raise unless a conversation cannot be read on its way to the help desk; empty is absent."""
        if value is None or not value.get_secret_value():
            return None
        parts = urlsplit(value.get_secret_value())
        if not parts.hostname or not (
            parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname))
        ):
            raise ValueError("must be an https:// address; http:// only on this machine's own loopback")
        return value

    @field_validator("hsc_embedding_model", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return value or None

    @field_validator("hsc_embedding_model")
    @classmethod
    def _the_sentence_model_is_there(cls, value: Path | None) -> Path | None:
        if value is None:
            return None
        if missing := [name for name in ("model.onnx", "tokenizer.json") if not (value / name).is_file()]:
            raise ValueError(f"must be a directory with {' and '.join(missing)} in it")
        if not (_installed("onnxruntime") and _installed("tokenizers")):
            raise ValueError("needs the extra embedding of hsc-answer")
        return value

    @model_validator(mode="after")
    def _the_model_has_what_it_needs(self) -> Self:
        needs: dict[Model, dict[str, object]] = {
            "gemini": {"GEMINI_API_KEY": self.gemini_api_key},
            "google-generativeai": {"GEMINI_API_KEY": self.gemini_api_key},
            "openai": {"OPENAI_BASE_URL": self.openai_base_url, "OPENAI_MODEL": self.openai_model},
        }
        missing = [name for name, value in needs.get(self.model, {}).items() if not value]
        if missing:
            raise ValueError(f"HSC_MODEL={self.model} needs {' and '.join(missing)}")
        if self.model == "google-generativeai" and not _installed("google.generativeai"):
            raise ValueError("HSC_MODEL=google-generativeai needs the extra google-generativeai of hsc-answer")
        return self


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
