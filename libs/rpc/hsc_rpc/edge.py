"""What the public door asks of whoever calls: nothing, a JWT or an API key. Envoy and the bridge read the same."""

from pathlib import Path
from typing import Self

from google.protobuf.descriptor import ServiceDescriptor
from hsc.access.v1 import access_pb2
from hsc.answer.v1 import answer_pb2
from hsc.audit.v1 import audit_pb2
from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2
from hsc.prediction.v1 import prediction_pb2
from hsc.status.v1 import status_pb2
from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hsc_rpc.access import required

API_KEY_HEADER = "x-api-key"
CLOCKS_DIFFER_S = 60
"""How far the clock of whoever issues tokens may be from ours: Envoy's default."""
JWKS_REFRESH_S = 300
"""A key must have been published for as long before the first token is signed with it."""
MIN_KEY, MAX_KEY, MAX_KEYS = 20, 256, 1000

REASON = "CREDENTIALS_REFUSED"
REFUSAL = (
    "This door asks for an API key (x-api-key) or a JWT (authorization: Bearer); it was missing, expired or unknown."
)


class EdgeSettings(BaseSettings):
    """Either the three of a JWT, or the keys' file, or nothing."""

    model_config = SettingsConfigDict(extra="ignore", secrets_dir=None, hide_input_in_errors=True)

    # The public keys of whoever issues the callers' JWTs (a JWKS). Absent, and no API keys: the door asks for nothing.
    hsc_jwt_jwks_url: str = Field("", pattern=r"^(https?://\S+)?$")
    # What the JWTs must say in `iss`.
    hsc_jwt_issuer: str = ""
    # What the JWTs must have in `aud`.
    hsc_jwt_audience: str = ""
    # A file with a line `NAME KEY` for each caller; NAME is for people, KEY has 20 to 256 printable characters.
    hsc_api_keys_file: Path | None = None

    @field_validator("hsc_api_keys_file", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        """A variable that says nothing, as compose gives it, is one that is not there."""
        return value or None

    @model_validator(mode="after")
    def _one_or_none(self) -> Self:
        jwt = (self.hsc_jwt_jwks_url, self.hsc_jwt_issuer, self.hsc_jwt_audience)
        if any(jwt) and not all(jwt):
            raise ValueError("HSC_JWT_JWKS_URL, HSC_JWT_ISSUER and HSC_JWT_AUDIENCE belong together")
        if any(jwt) and self.hsc_api_keys_file is not None:
            raise ValueError("HSC_JWT_JWKS_URL and HSC_API_KEYS_FILE: choose one")
        self.api_keys()
        return self

    def api_keys(self) -> dict[str, str]:
        """Return the keys by their callers' names, empty without a file. Raises ValueError, never with a key in it."""
        if self.hsc_api_keys_file is None:
            return {}
        try:
            lines = self.hsc_api_keys_file.read_text("ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"HSC_API_KEYS_FILE cannot be read: {type(error).__name__}") from None
        keys: dict[str, str] = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, key = line.strip().partition(" ")
            key = key.strip()
            if not (MIN_KEY <= len(key) <= MAX_KEY and key.isprintable()) or " " in key or name in keys:
                raise ValueError(f"HSC_API_KEYS_FILE, line {number}: not `NAME KEY`, or the name stands there twice")
            keys[name] = key
        if not 0 < len(keys) <= MAX_KEYS or len(set(keys.values())) < len(keys):
            raise ValueError(f"HSC_API_KEYS_FILE must have 1 to {MAX_KEYS} different keys")
        return keys


def admins_only(path: str) -> bool:
    """Whether a method takes the admin's token, which its service checks: the door asks for no second credential."""
    return required(path) == access_pb2.ACCESS_ADMIN


def admin_paths() -> list[str]:
    """Return the paths of all methods that take the admin's token."""
    files = (answer_pb2, audit_pb2, catalog_pb2, ingest_pb2, prediction_pb2, status_pb2)
    services: list[ServiceDescriptor] = [
        service for file in files for service in file.DESCRIPTOR.services_by_name.values()
    ]
    paths = [f"/{service.full_name}/{method.name}" for service in services for method in service.methods]
    return [path for path in paths if admins_only(path)]
