"""Settings every server has, and the one way to read settings: from the environment, checked at start."""

import sys
from typing import TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseSettings):
    """Durations in seconds. A service adds its own fields; each is read from the variable of its name."""

    model_config = SettingsConfigDict(extra="ignore", secrets_dir=None, hide_input_in_errors=True)

    host: str = "0.0.0.0"  # noqa: S104 a container's only address
    port: int = Field(ge=0, le=65535)
    metrics_port: int = Field(ge=0, le=65535)
    hsc_admin_token: SecretStr | None = None
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    # As long as a probe period: whoever balances must have seen NOT_SERVING before the listener closes.
    drain_delay_s: float = Field(1.0, ge=0, le=30)
    # How long calls that have begun may still take.
    grace_s: float = Field(3.0, ge=0, le=300)
    max_calls: int = Field(500, ge=1)
    max_streams: int = Field(20_000, ge=1)
    # Where errors are reported, as Sentry gives it: https://key@host/project. Absent: nowhere.
    sentry_dsn: str = Field("", pattern=r"^(https?://\S+@\S+/\d+)?$", repr=False)
    # A collector of spans that speaks OTLP over HTTP, usually on port 4318. Absent: none is made.
    otel_exporter_otlp_endpoint: str = Field("", pattern=r"^(https?://\S+)?$")


S = TypeVar("S", bound=BaseSettings)


def load(settings: type[S]) -> S:
    """Read the settings, or end the process with one line for each that is missing or malformed."""
    try:
        return settings()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = ".".join(str(part) for part in fault["loc"]).upper() or "settings"
            print(f"setting {name}: {fault['msg']}", file=sys.stderr)
        sys.exit(2)
