"""A question's way through the gateway: to the first event, to the first sentence, to the last event; extractive.

unread   nothing was fetched: the question itself begins it
cold     the manual is stored, the answer service has not seen it
warm     it has, and the question is new
cached   the same question again
"""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from figures import Figure, Goal, below, percentiles
from hsc.answer.v1 import answer_pb2, answer_pb2_grpc
from hsc.ingest.v1 import ingest_pb2, ingest_pb2_grpc
from hsc_local.stack import Running
from hsc_samples.build import QUESTIONS

PART = "A question, extractive, through the gateway"
UNREAD = "ardlen-tarn-16"
WARM = {"first event": {"p50": below(15)}, "last event": {"p50": below(40)}}
COLD: dict[str, dict[str, Goal]] = {"first event": {}, "last event": {"p95": below(400)}}


@dataclass(frozen=True)
class Asked:
    """Milliseconds since the question was sent. No sentence comes where the manual is silent."""

    first: float
    sentence: float | None
    last: float
    cached: bool


def unread(up: Running) -> list[Figure]:
    """The very first question about a product whose manual nobody has fetched; a stack answers it only once."""
    with grpc.insecure_channel(up.address) as channel:
        asked = ask(channel, next(q for q in _questions() if q["product_id"] == UNREAD))
    return [
        Figure(PART, "manual unread: to the first event", asked.first, "ms"),
        Figure(PART, "manual unread: to the last event", asked.last, "ms"),
    ]


def measure(up: Running) -> list[Figure]:
    """All questions about the samples, in the three states of the answer service."""
    by_product: dict[str, list[dict[str, Any]]] = {}
    for question in _questions():
        if question["product_id"] != UNREAD:
            by_product.setdefault(question["product_id"], []).append(question)
    with grpc.insecure_channel(up.address) as channel:
        for product_id in by_product:
            _until_ready(channel, product_id)
        cold = [ask(channel, questions[0]) for questions in by_product.values()]
        rest = [question for questions in by_product.values() for question in questions[1:]]
        warm = [ask(channel, question) for question in rest]
        cached = [ask(channel, question) for question in rest]
    return [
        *_told("cold", cold, COLD),
        *_told("warm", warm, WARM),
        *_told("cached", [asked for asked in cached if asked.cached], {}),
        Figure(PART, "cached: share of repeated questions", sum(a.cached for a in cached) / len(cached), ""),
    ]


def ask(channel: grpc.Channel, question: dict[str, Any]) -> Asked:
    """One question, timed."""
    request = answer_pb2.AskRequest(
        product_id=question["product_id"],
        question=question["question"],
        language=question["language"],
        request_id=uuid.uuid4().hex,
    )
    times: dict[str, float] = {}
    cached = False
    began = time.perf_counter()
    for event in answer_pb2_grpc.AnswerServiceStub(channel).Ask(request, timeout=60):
        now = (time.perf_counter() - began) * 1000
        kind = event.WhichOneof("payload")
        times.setdefault("first", now)
        times.setdefault(kind, now)
        if kind == "done":
            cached = event.done.cached
    return Asked(times["first"], times.get("chunk"), times["done"], cached)


def _told(what: str, asked: Sequence[Asked], goals: dict[str, dict[str, Goal]]) -> list[Figure]:
    if not asked:
        return []
    sentences = [each.sentence for each in asked if each.sentence is not None]
    return [
        *percentiles(PART, f"{what}: to the first event", [a.first for a in asked], goals.get("first event")),
        *percentiles(PART, f"{what}: to the first sentence", sentences),
        *percentiles(PART, f"{what}: to the last event", [a.last for a in asked], goals.get("last event")),
    ]


def _until_ready(channel: grpc.Channel, product_id: str) -> None:
    stub = ingest_pb2_grpc.IngestServiceStub(channel)
    stub.PrefetchManual(ingest_pb2.PrefetchManualRequest(product_id=product_id), timeout=15)
    for event in stub.WatchManual(ingest_pb2.WatchManualRequest(product_id=product_id), timeout=60):
        if event.state == ingest_pb2.MANUAL_STATE_FAILED:
            raise RuntimeError(f"the manual of {product_id} cannot be read: {event.reason} {event.error}")


def _questions() -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = json.loads(QUESTIONS.read_text())
    return questions
