"""Predictions a second over a grown catalogue: the service in a process of its own, without what is around it."""

import os
from pathlib import Path

import uvloop
from figures import Figure, at_least, median
from rpc import grown
from rpc.calls import UNDER_WAY, cut, measured, requests, serving, stream, unary
from texts import about, moments

COUNT = 500_000
ROUNDS, TEXTS = 3, 960
# To grow and to index half a million takes a busy machine a minute.
PATIENCE_S = 150


def measure() -> list[Figure]:
    """No text is asked twice."""
    part = f"RPC, one channel, one server process, {COUNT:,} products"
    names = [product.name for product in grown.products(20_000)]
    texts = cut(moments(about(names, 2_000), 2 * (ROUNDS + 1) * TEXTS), 2 * (ROUNDS + 1))
    figures = []
    with serving("grown", Path(os.devnull), str(COUNT), PATIENCE_S) as server:
        for name, call in (("Predict", unary), ("TypeAhead", stream)):
            turns = [[requests(call, each) for each in cut(texts.pop(), UNDER_WAY)] for _ in range(ROUNDS + 1)]
            _, *found = [uvloop.run(measured(server, call, turn)) for turn in turns]
            rate = 1e6 / median(each.cpu_us for each in found)
            figures.append(Figure(part, f"{name}: predictions a second of one core", rate, "/s", at_least(900)))
    return figures
