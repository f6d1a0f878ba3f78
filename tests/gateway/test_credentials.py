"""Who may call, where the door asks: a JWT or an API key, the same over gRPC, grpc-web and WebSockets."""

import asyncio
import base64
import json
import ssl
import subprocess
import sys
import time
import urllib.parse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import grpc.aio
import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from google.rpc import error_details_pb2, status_pb2
from hsc_local.envoy import COMMITTED, load
from hsc_rpc.edge import EdgeSettings, admin_paths
from hsc_wsbridge.edge import asking, encrypted
from support.certificates import self_signed
from support.grpc_websockets import METADATA, call
from support.wait import until

ECHO = "/hsc.prediction.v1.PredictionService"
ISSUER, AUDIENCE = "https://issuer.example", "hsc"
GOOD_KEY = "k" * 32
SIGNING, FOREIGN = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
BAD_TOKENS = ("none", "expired", "wrong audience", "wrong issuer", "wrong key", "no end", "garbage")


def token(kind: str) -> str:
    claims: dict[str, object] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "visitor", "exp": int(time.time()) + 600}
    claims |= {
        "expired": {"exp": int(time.time()) - 600},
        "wrong audience": {"aud": "another"},
        "wrong issuer": {"iss": "https://evil.example"},
    }.get(kind, {})
    if kind == "no end":
        del claims["exp"]
    return jwt.encode(claims, FOREIGN if kind == "wrong key" else SIGNING, "ES256", headers={"kid": "one"})


def bearer(kind: str) -> dict[str, str]:
    if kind == "none":
        return {}
    return {"authorization": f"Bearer {'x.y.z' if kind == 'garbage' else token(kind)}"}


@asynccontextmanager
async def serving_keys() -> AsyncIterator[str]:
    """The issuer's public keys over HTTP."""
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(SIGNING.public_key()))

    async def keys(_: web.Request) -> web.Response:
        return web.json_response({"keys": [public | {"kid": "one", "alg": "ES256", "use": "sig"}]})

    app = web.Application()
    app.router.add_get("/jwks.json", keys)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/jwks.json"
    finally:
        await runner.cleanup()


def reason(details: str | bytes) -> str:
    raw = base64.b64decode(details + "=" * (-len(details) % 4)) if isinstance(details, str) else details
    info = error_details_pb2.ErrorInfo()
    status_pb2.Status.FromString(raw).details[0].Unpack(info)
    return info.reason


Outcome = tuple[int, str]
GOOD: Outcome = (0, "")
REFUSED: Outcome = (16, "CREDENTIALS_REFUSED")


async def by_grpc(gateway, given: dict[str, str], path: str = f"{ECHO}/Unary") -> Outcome:
    async with grpc.aio.insecure_channel(gateway.address) as channel:
        try:
            await channel.unary_unary(path)(b"x", metadata=tuple(given.items()), timeout=10)
        except grpc.aio.AioRpcError as error:
            said = dict(error.trailing_metadata() or ()) | dict(error.initial_metadata() or ())
            details = said.get("grpc-status-details-bin")
            return error.code().value[0], reason(details) if details else ""
    return GOOD


async def by_grpc_web(gateway, given: dict[str, str]) -> Outcome:
    sent = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"} | given
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{gateway.url}{ECHO}/Unary", data=b"\0\0\0\0\1x", headers=sent) as answer,
    ):
        status = answer.headers.get("grpc-status")
        if status is None:
            return (0, "") if b"grpc-status:0" in await answer.read() else (-1, "")
        return int(status), reason(urllib.parse.unquote(answer.headers["grpc-status-details-bin"]))


async def by_socket(gateway, given: dict[str, str], handshake: dict[str, str] | None = None) -> Outcome:
    lines = "".join(f"{key}: {value}\r\n" for key, value in given.items()).encode()
    reply = await call(f"{gateway.url}{ECHO}/Unary", b"x", metadata=METADATA + lines, headers=handshake or {})
    assert reply.trailers is not None
    return reply.status, reason(reply.trailers["grpc-status-details-bin"]) if reply.status else ""


async def by_proxy(gateway, given: dict[str, str]) -> Outcome:
    """A socket whose page says nothing, while the proxy in front adds to its handshake."""
    return await by_socket(gateway, {}, handshake=given)


WAYS = {"gRPC": by_grpc, "grpc-web": by_grpc_web, "WebSocket": by_socket, "WebSocket behind a proxy": by_proxy}


async def outcomes(gateway, given: dict[str, str]) -> dict[str, Outcome]:
    return {name: await way(gateway, given) for name, way in WAYS.items()}


async def until_keys_are_read(gateway) -> None:
    async def are_read() -> bool:
        return set((await outcomes(gateway, bearer("good"))).values()) == {GOOD}

    await until(are_read, 15)


async def test_a_good_jwt_is_taken_and_any_other_refused_on_every_way(start_gateway) -> None:
    async with serving_keys() as url:
        gateway = await start_gateway(hsc_jwt_jwks_url=url, hsc_jwt_issuer=ISSUER, hsc_jwt_audience=AUDIENCE)
        await until_keys_are_read(gateway)
        gateway.echoes["prediction"].started.clear()
        for kind in BAD_TOKENS:
            assert await outcomes(gateway, bearer(kind)) == dict.fromkeys(WAYS, REFUSED), kind
        # What every visitor and every probe needs stays open.
        for path in ("/", "/index.html", "/health", "/ready"):
            assert await gateway.status(path) == 200, path


async def test_a_known_api_key_is_taken_and_any_other_refused_on_every_way(start_gateway, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"# callers\nshop {GOOD_KEY}\ndesk {'d' * 32}\n")
    gateway = await start_gateway(hsc_api_keys_file=keys)
    assert await outcomes(gateway, {"x-api-key": GOOD_KEY}) == dict.fromkeys(WAYS, GOOD)
    for given in ({}, {"x-api-key": "k" * 31}, {"authorization": f"Bearer {GOOD_KEY}"}):
        assert await outcomes(gateway, given) == dict.fromkeys(WAYS, REFUSED), given
    # An admin's method is its service's to refuse: the echo does not know it.
    for path in admin_paths():
        assert (await by_grpc(gateway, {"authorization": "Bearer admin"}, path))[0] == 12, path
    for path in ("/", "/health", "/ready"):
        assert await gateway.status(path) == 200, path


async def test_a_refused_stream_never_reaches_the_service(start_gateway, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"shop {GOOD_KEY}\n")
    gateway = await start_gateway(hsc_api_keys_file=keys)
    echo = gateway.echoes["prediction"]
    async with asyncio.timeout(10):
        reply = await call(f"{gateway.url}{ECHO}/Hang", b"x")
    assert (reply.status, echo.started.is_set()) == (16, False)


async def test_a_page_cannot_outbid_what_the_proxy_says(start_gateway, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"shop {GOOD_KEY}\n")
    gateway = await start_gateway(hsc_api_keys_file=keys)
    assert await by_socket(gateway, {"x-api-key": GOOD_KEY}, handshake={"x-api-key": "k" * 31}) == REFUSED


def test_envoys_file_is_written_as_the_environment_asks(tmp_path: Path) -> None:
    """The very command of compose and of k8s/components/edge."""
    keys, written = tmp_path / "keys", tmp_path / "envoy.yaml"
    keys.write_text(f"shop {GOOD_KEY}\n")
    command = [sys.executable, "-m", "hsc_wsbridge.edge", str(COMMITTED), str(written)]
    subprocess.run(command, check=True, env={"HSC_API_KEYS_FILE": "", "HSC_JWT_JWKS_URL": ""}, timeout=60)
    assert json.loads(written.read_text()) == load()
    subprocess.run(command, check=True, env={"HSC_API_KEYS_FILE": str(keys)}, timeout=60)
    assert json.loads(written.read_text()) == asking(load(), EdgeSettings(hsc_api_keys_file=keys))
    assert written.stat().st_mode & 0o777 == 0o600


async def test_the_door_ends_tls_where_a_certificate_is_given(start_gateway, tmp_path: Path) -> None:
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    self_signed(certificate, key)
    gateway = await start_gateway(committed=encrypted(load(), certificate, key), scheme="https")
    trusted = ssl.create_default_context(cafile=str(certificate))
    async with aiohttp.ClientSession() as session, session.get(f"{gateway.url}/health", ssl=trusted) as answer:
        assert answer.status == 200
    credentials = grpc.ssl_channel_credentials(certificate.read_bytes())
    async with grpc.aio.secure_channel(gateway.address, credentials) as channel:
        assert await channel.unary_unary(f"{ECHO}/Unary")(b"ab", timeout=10) == b"ab"


@pytest.mark.parametrize(
    "content", ["", "shop short\n", f"shop {'k' * 20}\nshop {'l' * 20}\n", f"a {'k' * 20}\nb {'k' * 20}\n"]
)
def test_an_unsound_keys_file_is_refused_without_repeating_a_key(tmp_path: Path, content: str) -> None:
    keys = tmp_path / "keys"
    keys.write_text(content)
    with pytest.raises(ValueError, match="HSC_API_KEYS_FILE") as refused:
        EdgeSettings(hsc_api_keys_file=keys)
    assert "kkk" not in str(refused.value)


def test_half_of_what_a_jwt_needs_is_refused() -> None:
    with pytest.raises(ValueError, match="belong together"):
        EdgeSettings(hsc_jwt_jwks_url="https://issuer.example/jwks.json")
