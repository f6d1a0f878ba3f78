"""grpc-web, as browsers send it: binary and text, from the own page and across origins."""

import base64
import io
import struct
import urllib.parse

import aiohttp
import pytest

ECHO = "/hsc.prediction.v1.PredictionService"
PAGE = "http://localhost:5173"
FOREIGN = "https://evil.example"


def frame(message: bytes) -> bytes:
    return b"\x00" + struct.pack(">I", len(message)) + message


def frames(body: bytes) -> tuple[list[bytes], dict[str, str]]:
    """The messages and the trailers of an answer."""
    messages, trailers = [], {}
    while body:
        flag, length = struct.unpack_from(">BI", body)
        payload, body = body[5 : 5 + length], body[5 + length :]
        if flag == 0:
            messages.append(payload)
        else:
            trailers = dict(line.split(":", 1) for line in payload.decode().split("\r\n") if line)
    return messages, trailers


async def post(url: str, body: bytes, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
    sent = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"} | headers
    async with aiohttp.ClientSession() as session, session.post(url, data=io.BytesIO(body), headers=sent) as answer:
        return answer, await answer.read()


async def test_a_binary_call(gateway) -> None:
    answer, body = await post(f"{gateway.url}{ECHO}/Unary", frame(b"ab"))
    messages, trailers = frames(body)
    assert (answer.status, messages, trailers["grpc-status"]) == (200, [b"ab"], "0")


async def test_a_text_call(gateway) -> None:
    answer, body = await post(
        f"{gateway.url}{ECHO}/Unary",
        base64.b64encode(frame(b"ab")),
        **{"content-type": "application/grpc-web-text", "accept": "application/grpc-web-text"},
    )
    # Each chunk is padded for itself, so it is decoded group by group.
    decoded = b"".join(base64.b64decode(body[i : i + 4]) for i in range(0, len(body), 4))
    messages, trailers = frames(decoded)
    assert (answer.status, messages, trailers["grpc-status"]) == (200, [b"ab"], "0")


async def test_a_server_stream(gateway) -> None:
    _, body = await post(f"{gateway.url}{ECHO}/Stream", frame(b"3"))
    messages, trailers = frames(body)
    assert (messages, trailers["grpc-status"]) == ([b"0", b"1", b"2"], "0")


async def test_a_failure_is_in_headers_that_the_page_may_read(gateway) -> None:
    answer, _ = await post(f"{gateway.url}{ECHO}/Fail", frame("5 kein Gerät".encode()), origin=PAGE)
    assert answer.headers["grpc-status"] == "5"
    assert urllib.parse.unquote(answer.headers["grpc-message"]) == "kein Gerät"
    exposed = answer.headers["access-control-expose-headers"].split(",")
    assert {"grpc-status", "grpc-message", "grpc-status-details-bin", "x-request-id"} <= set(exposed)


@pytest.mark.parametrize(("method", "message", "status"), [("Unary", b"x", 0), ("Fail", b"9 no", 9)])
async def test_a_call_is_logged_with_its_grpc_status(gateway, method: str, message: bytes, status: int) -> None:
    answer, _ = await post(f"{gateway.url}{ECHO}/{method}", frame(message))
    entry = await gateway.logged(request_id=answer.headers["x-request-id"])
    assert (entry["status"], entry["grpc_status"]) == (200, status)


async def preflight(gateway, origin: str) -> aiohttp.ClientResponse:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-grpc-web,x-user-agent,grpc-timeout,authorization",
    }
    async with aiohttp.ClientSession() as session:
        return await session.options(f"{gateway.url}{ECHO}/Unary", headers=headers)


async def test_a_listed_origin_passes_the_preflight(gateway) -> None:
    answer = await preflight(gateway, PAGE)
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {"x-grpc-web", "x-user-agent", "authorization"} <= set(
        answer.headers["access-control-allow-headers"].split(",")
    )


async def test_a_foreign_origin_does_not(gateway) -> None:
    answer = await preflight(gateway, FOREIGN)
    assert "access-control-allow-origin" not in answer.headers


async def test_a_call_from_a_foreign_origin_cannot_be_read_by_its_page(gateway) -> None:
    answer, _ = await post(f"{gateway.url}{ECHO}/Unary", frame(b"ab"), origin=FOREIGN)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
async def test_what_is_not_grpc_does_not_reach_a_service_as_a_call(gateway, content_type: str) -> None:
    answer, _ = await post(f"{gateway.url}{ECHO}/Unary", b"{}", **{"content-type": content_type})
    assert answer.status in (400, 404, 415, 503) or answer.headers.get("grpc-status", "0") != "0"


async def test_a_question_with_a_picture_passes(gateway) -> None:
    picture = bytes(4_000_000)
    _, body = await post(f"{gateway.url}{ECHO}/Unary", frame(picture))
    messages, trailers = frames(body)
    assert (messages == [picture], trailers["grpc-status"]) == (True, "0")


async def test_a_question_with_a_picture_passes_as_text(gateway) -> None:
    picture = frame(bytes(4_000_000))
    answer, body = await post(
        f"{gateway.url}{ECHO}/Unary", base64.b64encode(picture), **{"content-type": "application/grpc-web-text"}
    )
    assert answer.headers.get("grpc-status", "0") == "0"
    assert len(body) > len(picture)
