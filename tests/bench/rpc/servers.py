"""The floors: python tests/bench/rpc/servers.py bare|engine|guard|guarded PORT RESPONSE_FILE CATALOG_PORT
        and: python tests/bench/rpc/servers.py grown PORT ANY_FILE COUNT

bare     bytes in, the same answer out, by grpc.aio and uvloop alone
engine   the same, after a prediction whose result is thrown away
guard    the same answer behind libs/rpc: counted, admitted, decoded, checked, encoded
guarded  the same, after a prediction whose result is thrown away
grown    the whole service, without what is around it, over a catalogue that was grown
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import grown
import grpc
import uvloop
from engine import LIMIT, index_of
from grpc import aio
from hsc.prediction.v1 import prediction_pb2 as pb
from hsc.prediction.v1 import prediction_pb2_grpc
from hsc_prediction import encoding
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.flows.live import Live
from hsc_prediction.flows.prefetch import Budget, Prefetch
from hsc_prediction.flows.type_ahead import TypeAhead
from hsc_prediction.service import PredictionService
from hsc_rpc.server import running
from hsc_rpc.settings import ServerSettings

SERVICE = "hsc.prediction.v1.PredictionService"


async def echo(port: int, answer: bytes, work: Callable[[str], object]) -> None:
    """Serve until killed; `work` is done with each text before it is answered."""
    event = pb.TypeAheadResponse(sequence=1, predictions=pb.PredictResponse.FromString(answer)).SerializeToString()

    async def unary(request: bytes, _context: Any) -> bytes:
        work(pb.PredictRequest.FromString(request).text)
        return answer

    async def bidi(requests: AsyncIterator[bytes], _context: Any) -> AsyncIterator[bytes]:
        async for request in requests:
            work(pb.TypeAheadRequest.FromString(request).text)
            yield event

    server = aio.server()
    handlers = {
        "Predict": grpc.unary_unary_rpc_method_handler(unary),
        "TypeAhead": grpc.stream_stream_rpc_method_handler(bidi),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await asyncio.Event().wait()


class Canned(prediction_pb2_grpc.PredictionServiceServicer):
    """Knows one answer."""

    def __init__(self, answer: bytes, work: Callable[[str], object]) -> None:
        self._work = work
        self._answer = pb.PredictResponse.FromString(answer)
        self._event = pb.TypeAheadResponse(sequence=1, predictions=self._answer)

    async def Predict(self, request: Any, context: Any) -> pb.PredictResponse:
        """The answer."""
        self._work(request.text)
        return self._answer

    async def TypeAhead(self, requests: AsyncIterator[Any], context: Any) -> AsyncIterator[pb.TypeAheadResponse]:
        """The answer to each keystroke."""
        async for request in requests:
            self._work(request.text)
            yield self._event


class Nobody:
    """Counts nobody who types."""

    def enter(self, session_id: str) -> str:
        """No seat."""
        return ""

    def leave(self, seat: str) -> None:
        """Nothing."""


async def whole(index: Index) -> PredictionService:
    """The service over an index that stays; nothing is fetched for anybody."""
    live = Live(encoding.predictions)
    await live.swap(index, 1)
    nothing: Any = None
    return PredictionService(live, TypeAhead(live, Prefetch(nothing, nothing, Budget(0)), 1.0, Nobody()))


async def guard(port: int, servicer: prediction_pb2_grpc.PredictionServiceServicer) -> None:
    """Serve until killed."""
    settings = ServerSettings(host="127.0.0.1", port=port, metrics_port=0)

    def wire(_settings: ServerSettings, server: Any) -> Any:
        server.add(prediction_pb2_grpc.add_PredictionServiceServicer_to_server, servicer, SERVICE)
        return nullcontext()

    async with running("prediction", settings, wire):
        await asyncio.Event().wait()


async def main(kind: str, port: int, answer: bytes, source: str) -> None:
    """Serve one kind."""
    match kind:
        case "bare":
            await echo(port, answer, lambda _: None)
        case "guard":
            await guard(port, Canned(answer, lambda _: None))
        case "grown":
            await guard(port, await whole(Index.build(grown.products(int(source))).warmed()))
        case _:
            index = await index_of(int(source))

            def work(text: str) -> object:
                return predict(index, text, LIMIT, Prior.none())

            await (echo(port, answer, work) if kind == "engine" else guard(port, Canned(answer, work)))


if __name__ == "__main__":
    kind, port, file, source = sys.argv[1:]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(kind, int(port), Path(file).read_bytes(), source))
