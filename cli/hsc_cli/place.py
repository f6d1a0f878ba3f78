"""Where the system is, and who we are there: the environment first, then what the local stack has left in its home."""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import grpc
from hsc_rpc.edge import API_KEY_HEADER
from hsc_rpc.errors import Failure

DEFAULT_ADDRESS = "localhost:8000"


@dataclass(frozen=True)
class Place:
    """The gateway's `host:port`, where that was found, and the local stack's home."""

    address: str
    found_in: str
    home: Path
    token_given: str | None
    jwt: str | None = None
    api_key: str | None = None
    encrypted: bool = False
    ca_file: Path | None = None

    def credentials(self) -> list[tuple[str, str]]:
        """Return the metadata by which the door knows who calls, where it asks (docs/security.md)."""
        known = [("authorization", f"Bearer {self.jwt}")] if self.jwt else []
        return [*known, (API_KEY_HEADER, self.api_key)] if self.api_key else known

    def tls(self) -> grpc.ChannelCredentials | None:
        """Return whose certificates are trusted, where the gateway speaks TLS. Raises Failure."""
        if not self.encrypted:
            return None
        try:
            return grpc.ssl_channel_credentials(self.ca_file.read_bytes() if self.ca_file else None)
        except OSError as error:
            raise _malformed(
                "CA_UNREADABLE", f"HSC_CA_FILE, {self.ca_file}, cannot be read: {error.strerror}"
            ) from None

    @property
    def token_file(self) -> Path:
        return self.home / "admin-token"

    def admin_token(self) -> str:
        """Return the admin's bearer token. Raises Failure, saying how to get one."""
        if self.token_given:
            return self.token_given
        try:
            mode = self.token_file.stat().st_mode
            token = self.token_file.read_text().strip()
        except OSError:
            raise _no_token(
                f"no admin token: set HSC_ADMIN_TOKEN, or HSC_HOME to the home of a local stack "
                f"({self.token_file} cannot be read)"
            ) from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise _no_token(f"others can read {self.token_file}: chmod 600 it, then give the stack a new token")
        if not token:
            raise _no_token(f"{self.token_file} is empty: restart the stack, or set HSC_ADMIN_TOKEN")
        return token


def find(environment: Mapping[str, str] | None = None) -> Place:
    """Find the system from HSC_ADDRESS, else HSC_HOME/ports.json, else the default. Raises Failure."""
    variables = os.environ if environment is None else environment
    home = Path(variables.get("HSC_HOME") or ".hsc")
    given = variables.get("HSC_ADMIN_TOKEN"), variables.get("HSC_JWT"), variables.get("HSC_API_KEY")
    if address := variables.get("HSC_ADDRESS"):
        bare = address.removeprefix("https://")
        encrypted = bare != address
        ca_file = Path(named) if (named := variables.get("HSC_CA_FILE")) else None
        checked = _checked(f"{bare}:443" if encrypted and ":" not in bare else bare)
        return Place(checked, "HSC_ADDRESS", home, *given, encrypted, ca_file)
    ports = home / "ports.json"
    try:
        port = int(json.loads(ports.read_bytes())["gateway"])
    except FileNotFoundError:
        return Place(DEFAULT_ADDRESS, "the default", home, *given)
    except (OSError, ValueError, KeyError, TypeError):
        raise _malformed(
            "PORTS_UNREADABLE", f"{ports} does not name the gateway's port: restart the stack, or set HSC_ADDRESS"
        ) from None
    return Place(_checked(f"localhost:{port}"), str(ports), home, *given)


def _checked(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise _malformed(
            "ADDRESS_MALFORMED",
            f"HSC_ADDRESS must be HOST:PORT, such as {DEFAULT_ADDRESS}, or https://HOST; it is {address!r}",
        )
    return address


def _malformed(reason: str, message: str) -> Failure:
    return Failure(grpc.StatusCode.INVALID_ARGUMENT, reason, message)


def _no_token(message: str) -> Failure:
    return Failure(grpc.StatusCode.UNAUTHENTICATED, "NO_TOKEN", message)
