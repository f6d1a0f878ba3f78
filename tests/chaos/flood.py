"""python tests/chaos/flood.py HOST:PORT SECONDS: predictions as fast as they go, none remembered, from many at once.

Bounded in time and in calls under way; this machine alone. Tells as JSON how many calls ended how, `OK` among them.
"""

import asyncio
import json
import sys
import time
from collections import Counter

import uvloop
from grpc import aio
from hsc.prediction.v1 import prediction_pb2, prediction_pb2_grpc
from hsc_rpc.errors import from_call

UNDER_WAY = 1_500
CHANNELS = 16


async def flood(address: str, seconds: float) -> Counter[str]:
    """How the calls ended."""
    ends: Counter[str] = Counter()
    over = time.monotonic() + seconds
    channels = [aio.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)]) for _ in range(CHANNELS)]

    async def one(number: int) -> None:
        stub = prediction_pb2_grpc.PredictionServiceStub(channels[number % CHANNELS])
        count = 0
        while time.monotonic() < over:
            count += 1
            text = f"how do i reset the vireo 61 number {number} and {count}"
            try:
                await stub.Predict(prediction_pb2.PredictRequest(text=text), timeout=10)
            except aio.AioRpcError as error:
                failure = from_call(error)
                ends[f"{failure.code.name} {failure.reason}"] += 1
            else:
                ends["OK"] += 1

    await asyncio.gather(*(one(number) for number in range(UNDER_WAY)))
    for channel in channels:
        await channel.close()
    return ends


if __name__ == "__main__":
    if not sys.argv[1].startswith(("127.0.0.1:", "localhost:")):
        sys.exit("load goes to this machine alone")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(flood(sys.argv[1], float(sys.argv[2])))))
