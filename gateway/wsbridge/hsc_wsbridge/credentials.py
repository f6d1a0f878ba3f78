"""Who may open a stream: a browser cannot give a WebSocket headers, so its credentials come in the first message.

A proxy that signs people in adds them to the handshake instead, as to every other request, and the page knows nothing
of them. The same settings make Envoy check all other calls (hsc_rpc.edge).
"""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import jwt
from grpc import StatusCode
from hsc_rpc.edge import API_KEY_HEADER, CLOCKS_DIFFER_S, JWKS_REFRESH_S, REASON, REFUSAL, EdgeSettings
from hsc_rpc.errors import Failure

from hsc_wsbridge.metadata import Pairs
from hsc_wsbridge.status import UPSTREAM_UNAVAILABLE, Status, verdict

log = logging.getLogger(__name__)

REFUSED = verdict(Failure(StatusCode.UNAUTHENTICATED, REASON, REFUSAL))
Check = Callable[[Pairs], Status | None]
"""The status with which a call is refused, None where it may go on."""

_MAX_JWKS = 256 * 1024
_FETCH_S = 5.0
_AGAIN_S = 1.0
# Signatures by public keys only: a shared secret has no place in a published set.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def anyone(_: Pairs) -> Status | None:
    """Ask for nothing."""
    return None


def of_handshake(headers: Iterable[tuple[str, str]]) -> Pairs:
    """Return the credentials among a handshake's headers."""
    pairs = [(key.lower(), value) for key, value in headers]
    return [(key, value) for key, value in pairs if key in ("authorization", API_KEY_HEADER)]


class ApiKeys:
    """Callers are known by a key each."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._digests = [_digest(key) for key in keys]

    def __call__(self, pairs: Pairs) -> Status | None:
        given = _digest(_only(pairs, API_KEY_HEADER))
        # All are compared, each in constant time: the time to refuse tells of no key.
        return None if sum(hmac.compare_digest(given, known) for known in self._digests) else REFUSED


class Tokens:
    """Callers bring a JWT that a key of the issuer's set has signed. No caller can make us fetch the set."""

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys: list[jwt.PyJWK] | None = None

    def use(self, jwks: bytes) -> None:
        """Take a new set in place of the old. Raises ValueError or PyJWTError where it is none."""
        found: Any = json.loads(jwks)
        self._keys = jwt.PyJWKSet.from_dict(found).keys

    def __call__(self, pairs: Pairs) -> Status | None:
        scheme, _, token = _only(pairs, "authorization").partition(" ")
        if scheme.lower() != "bearer":
            return REFUSED
        if self._keys is None:
            return UPSTREAM_UNAVAILABLE
        try:
            identity = jwt.get_unverified_header(token).get("kid")
        except jwt.PyJWTError:
            return REFUSED
        keys = [key for key in self._keys if identity is None or key.key_id == identity]
        return None if any(self._signed(token, key) for key in keys) else REFUSED

    def _signed(self, token: str, key: jwt.PyJWK) -> bool:
        try:
            jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=CLOCKS_DIFFER_S,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            return False
        return True


@asynccontextmanager
async def checking(settings: EdgeSettings) -> AsyncIterator[Check]:
    """Give the check that the settings ask for, its key set kept fresh while the context lasts."""
    if keys := settings.api_keys():
        yield ApiKeys(keys.values())
    elif settings.hsc_jwt_jwks_url:
        tokens = Tokens(settings.hsc_jwt_issuer, settings.hsc_jwt_audience)
        fresh = asyncio.create_task(_keep_fresh(tokens, settings.hsc_jwt_jwks_url))
        try:
            yield tokens
        finally:
            fresh.cancel()
            await asyncio.wait([fresh])
    else:
        yield anyone


async def _keep_fresh(tokens: Tokens, url: str) -> None:
    """Fetch the set now and then; an old one serves until a new one is there."""
    timeout = aiohttp.ClientTimeout(total=_FETCH_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while True:
            try:
                async with session.get(url, allow_redirects=False, raise_for_status=True) as answer:
                    read = bytearray()
                    async for part in answer.content.iter_chunked(65536):
                        read += part
                        if len(read) > _MAX_JWKS:
                            raise ValueError("the key set is too large")
                tokens.use(bytes(read))
                pause = float(JWKS_REFRESH_S)
            except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
                log.warning("the JWT issuer's keys cannot be read", extra={"error": type(error).__name__})
                pause = _AGAIN_S
            await asyncio.sleep(pause)


def _only(pairs: Pairs, key: str) -> str:
    """The value of a key that stands there once; two credentials are none."""
    values = [value for name, value in pairs if name == key]
    return values[0] if len(values) == 1 else ""


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
