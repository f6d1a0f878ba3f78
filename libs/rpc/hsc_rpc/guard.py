"""The one interceptor: everything between the wire and a service, in order.

count and measure · admit or shed · who calls · decode and check · the service · its failure as a rich status

Health and reflection pass untouched: a server that sheds load must still say that it lives.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn, TypeVar

import grpc
from grpc import StatusCode, aio
from hsc_telemetry import context as telemetry
from hsc_telemetry import spans
from prometheus_client import Counter, Gauge, Histogram

from hsc_rpc import metrics
from hsc_rpc.access import ANYONE, Authenticator, Caller, admit, describe, required
from hsc_rpc.drain import Drain, is_open_ended
from hsc_rpc.errors import Failure, exhausted, from_call, trailers, unavailable
from hsc_rpc.pressure import Pressure, Stage
from hsc_rpc.validation import Decoder, decode

log = logging.getLogger(__name__)

EXEMPT = ("/grpc.health.", "/grpc.reflection.")
SLOW_S = 1.0
HEARING_OUT_S, HEARING_OUT_MESSAGES = 0.5, 64
# When the call of this task arrived, and with which metadata: the interceptor runs in it before the request is read.
_ARRIVED: ContextVar[tuple[float, tuple[tuple[str, str | bytes], ...]]] = ContextVar("arrived")
CALLER: ContextVar[Caller] = ContextVar("caller", default=ANYONE)

Translate = Callable[[BaseException], Failure | None]
F = TypeVar("F", bound=Callable[..., Any])
_STAGE = "_hsc_shed_at"
# Named once: to look up an enumeration's member, to hash it or to ask for its name is a call in Python each.
_OK = StatusCode.OK
# A status that tells of the caller, not of us.
CALLERS_OWN = {
    StatusCode.OK,
    StatusCode.CANCELLED,
    StatusCode.INVALID_ARGUMENT,
    StatusCode.NOT_FOUND,
    StatusCode.FAILED_PRECONDITION,
    StatusCode.ALREADY_EXISTS,
    StatusCode.UNAUTHENTICATED,
    StatusCode.PERMISSION_DENIED,
}


def _nothing(_: BaseException) -> Failure | None:
    return None


@dataclass(frozen=True)
class _Method:
    """What is known once about a method, the series it counts in among it: looking them up costs more than counting."""

    path: str
    kind: str
    stage: Stage
    started: Counter
    in_flight: Gauge
    succeeded: Counter
    handling: Histogram
    streams: bool
    endless: bool
    access: int
    decoder: Decoder
    behaviour: Callable[[Any, Any], Any]
    requests_stream: bool
    names_what: bool

    def handled(self, code: StatusCode) -> Counter:
        return self.succeeded if code is _OK else _handled(_labels(self.path, self.kind), code)


def _handled(labels: tuple[str, str, str], code: StatusCode) -> Counter:
    return metrics.HANDLED.labels(*labels, code.name)


def _labels(path: str, kind: str) -> tuple[str, str, str]:
    service, _, name = path.lstrip("/").partition("/")
    return service, name, kind


def _names_what(path: str) -> bool:
    """Whether a request of this method can name a session or a product."""
    method = describe(path)
    return method is not None and not {"session_id", "product_id"}.isdisjoint(method.input_type.fields_by_name)


def sheddable(stage: Stage) -> Callable[[F], F]:
    """Mark a method that is refused when the process gives up what belongs to `stage`; unmarked ones go with typing."""

    def mark(method: F) -> F:
        setattr(method, _STAGE, stage)
        return method

    return mark


def stage_of(method: object) -> Stage:
    """Tell when a method is refused."""
    stage: Stage = getattr(method, _STAGE, Stage.TYPING)
    return stage


class _Call:
    """One call: its clock and its code."""

    __slots__ = ("began", "code")

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.code = _OK


class Guard(aio.ServerInterceptor):
    """Wraps each method once and keeps it."""

    def __init__(
        self,
        drain: Drain,
        authenticate: Authenticator,
        *,
        max_calls: int,
        max_streams: int,
        pressure: Pressure,
        translate: Translate = _nothing,
    ) -> None:
        self._drain = drain
        self._authenticate = authenticate
        self._limits = {False: max_calls, True: max_streams}
        self._under_way = {False: 0, True: 0}
        self._pressure = pressure
        self._translate = translate
        self._wrapped: dict[str, Any] = {}

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], handler_call_details: Any) -> Any:
        _ARRIVED.set((time.perf_counter(), handler_call_details.invocation_metadata))
        path: str = handler_call_details.method
        wrapped = self._wrapped.get(path)
        if wrapped is None:
            handler = await continuation(handler_call_details)
            if handler is None or path.startswith(EXEMPT):
                return handler
            wrapped = self._wrapped[path] = self._wrap(path, handler)
        return wrapped

    def _wrap(self, path: str, handler: Any) -> Any:
        reads, writes = handler.request_streaming, handler.response_streaming
        kinds = {
            (False, False): ("unary", handler.unary_unary, grpc.unary_unary_rpc_method_handler),
            (False, True): ("server_stream", handler.unary_stream, grpc.unary_stream_rpc_method_handler),
            (True, False): ("client_stream", handler.stream_unary, grpc.stream_unary_rpc_method_handler),
            (True, True): ("bidi_stream", handler.stream_stream, grpc.stream_stream_rpc_method_handler),
        }
        kind, behaviour, make = kinds[reads, writes]
        labels = _labels(path, kind)
        method = _Method(
            path,
            kind,
            stage_of(behaviour),
            metrics.STARTED.labels(*labels),
            metrics.IN_FLIGHT.labels(kind),
            _handled(labels, StatusCode.OK),
            metrics.HANDLING.labels(*labels),
            reads or writes,
            is_open_ended(behaviour),
            required(path),
            handler.request_deserializer,
            behaviour,
            reads,
            _names_what(path),
        )
        # Every method has its series from the start, failures too: a dashboard must not take silence for absence, and
        # the first failure is no increase of a series that begins with it.
        for code in (StatusCode.INTERNAL, StatusCode.UNAVAILABLE):
            method.handled(code)
        # What does not decode must be INVALID_ARGUMENT, not INTERNAL: a single request arrives as bytes, and of many
        # each is decoded where the service reads it, which is inside of us.
        return make(
            self._stream(method) if writes else self._unary(method),
            request_deserializer=partial(decode, decoder=method.decoder) if reads else None,
            response_serializer=partial(_encode, encoder=handler.response_serializer),
        )

    def _unary(self, method: _Method) -> Callable[[Any, Any], Awaitable[Any]]:
        async def serve(request: Any, context: Any) -> Any:
            call = self._begin(method)
            try:
                return await method.behaviour(self._admit(method, request), context)
            except BaseException as error:
                if (failure := self._failure(call, method, context, error)) is None:
                    raise
                if method.requests_stream:
                    await _hear_out(request)
                await _abort(context, failure)
            finally:
                self._end(call, method)

        return serve

    def _stream(self, method: _Method) -> Callable[[Any, Any], AsyncIterator[Any]]:
        async def serve(request: Any, context: Any) -> AsyncIterator[Any]:
            call = self._begin(method)
            task = asyncio.current_task()
            assert task is not None
            self._drain.enter(task, endless=method.endless)
            try:
                if self._drain.started.is_set():
                    raise _draining()
                async with aclosing(method.behaviour(self._admit(method, request), context)) as responses:
                    async for response in responses:
                        yield response
            except BaseException as error:
                if (failure := self._failure(call, method, context, error)) is None:
                    raise
                await _abort(context, failure)
            finally:
                self._drain.leave(task)
                self._end(call, method)

        return serve

    def _begin(self, method: _Method) -> _Call:
        method.started.inc()
        self._under_way[method.streams] += 1
        method.in_flight.inc()
        call = _Call()
        self._pressure.waited(call.began - _ARRIVED.get()[0])
        return call

    def _end(self, call: _Call, method: _Method) -> None:
        took = time.perf_counter() - call.began
        self._under_way[method.streams] -= 1
        method.in_flight.dec()
        method.handled(call.code).inc()
        method.handling.observe(took)
        fine = call.code is _OK
        code = "OK" if fine else call.code.name
        failed = not fine and call.code not in CALLERS_OWN
        spans.record(method.path, took, code, failed=failed)
        if failed or (took > SLOW_S and not method.streams):
            log.warning("call %s", code, extra={"method": method.path, "code": code, "took_s": took})

    def _admit(self, method: _Method, request: Any) -> Any:
        if self._under_way[method.streams] > self._limits[method.streams] or self._pressure.sheds(method.stage):
            metrics.SHED.labels(method.kind).inc()
            raise exhausted("OVERLOADED", "Too many calls are under way here; try again in a second.")
        _, metadata = _ARRIVED.get()
        telemetry.bind_metadata(metadata)
        caller = admit(method.access, metadata, self._authenticate)  # type: ignore[arg-type]
        if caller is not ANYONE:
            CALLER.set(caller)
        if method.requests_stream:
            return request
        message = decode(request, method.decoder)
        if method.names_what:
            telemetry.bind_message(message)
        return message

    def _failure(self, call: _Call, method: _Method, context: Any, error: BaseException) -> Failure | None:
        """What the caller is told of what went wrong; None where it is to be raised on. No exception's text gets out.

        Raised from here, it would hold this frame, which holds it: a ring with the whole call in it.
        """
        if isinstance(error, aio.AbortError):
            call.code = context.code() or StatusCode.UNKNOWN
            return None
        if isinstance(error, asyncio.CancelledError):
            if not self._drain.started.is_set() or context.cancelled():
                call.code = StatusCode.CANCELLED
                return None
            if (task := asyncio.current_task()) is not None:
                task.uncancel()
            failure = _draining()
        elif isinstance(error, Failure):
            # A failure without a reason of its own is another service's call that was passed on: a deadline of ours.
            failure = _upstream_silent(error) if error.reason == error.code.name else error
        elif not isinstance(error, Exception):  # the process is ending, or the generator is being closed
            call.code = StatusCode.CANCELLED
            return None
        elif isinstance(error, aio.AioRpcError):
            failure = _of_upstream(error)
        elif (translated := self._translate(error)) is not None:
            failure = translated
        else:
            log.exception("unexpected failure", exc_info=error, extra={"method": method.path})
            failure = Failure(
                StatusCode.INTERNAL,
                "INTERNAL",
                "Something failed on our side; it is logged. Try again later.",
            )
        call.code = failure.code
        return failure


async def _abort(context: Any, failure: Failure) -> NoReturn:
    await context.abort(failure.code, failure.message, trailers(failure))
    raise AssertionError("abort does not return")


def _encode(response: Any, encoder: Callable[[Any], bytes]) -> bytes:
    """What a service sends often it may keep encoded."""
    return response if type(response) is bytes else encoder(response)


async def _hear_out(requests: AsyncIterator[Any]) -> None:
    """Read on for a moment: a client still sending when its call ends is told INTERNAL by its own library."""
    with suppress(Exception):
        async with asyncio.timeout(HEARING_OUT_S):
            for _ in range(HEARING_OUT_MESSAGES):
                await anext(aiter(requests))


def _draining() -> Failure:
    return unavailable(
        "DRAINING", "This replica is being replaced; call again and another one answers.", retry_after_s=0.1
    )


def _of_upstream(error: aio.AioRpcError) -> Failure:
    """Pass on what another service said for the caller; its own troubles are UNAVAILABLE here."""
    failure = from_call(error)
    if failure.code in CALLERS_OWN - {StatusCode.OK, StatusCode.CANCELLED} or failure.retry_after_s is not None:
        return failure
    return _upstream_silent(failure)


def _upstream_silent(failure: Failure) -> Failure:
    log.warning("upstream failed", extra={"code": failure.code.name, "reason": failure.reason})
    return unavailable("UPSTREAM_UNAVAILABLE", "A service this one needs does not answer; try again in a second.")
