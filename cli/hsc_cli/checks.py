"""The doctor's checks, from the outside in; one that fails names its mend, and what depends on it is left out."""

import asyncio
import http.client
import ssl
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass

from hsc.catalog.v1 import catalog_pb2
from hsc.ingest.v1 import ingest_pb2
from hsc.prediction.v1 import prediction_pb2
from hsc.status.v1 import status_pb2
from hsc_rpc.errors import Failure

from hsc_cli.client import QUICK_S, Client
from hsc_cli.failures import failures_of_calls
from hsc_cli.output import Silence
from hsc_cli.place import Place
from hsc_cli.visit import PRODUCT_ID, QUESTION, Visit

HTTP_S = 5.0
# A queue that nobody works on looks like this.
STALE_JOB_S = 300
# What the samples' manual says to the golden question, and where.
KEY_FACT = "Hold EXIT and SEQ"
KEY_PAGE = 17
_LOOK = "see which service is named above, and its log"
_GOLDEN_MENDS = {
    "NO_SAMPLES": "import the samples: `hsc import .hsc/compose/samples/catalogs` (./setup-dev.sh makes them)",
    "FETCH_FAILED": "the worker must reach where the samples lie: see the base URL that they were made with",
    "FORBIDDEN_ADDRESS": "the worker must be allowed to reach where the samples lie: see HSC_FETCH_ALLOW",
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    passed: bool
    detail: str
    mend: str = ""


async def diagnose(client: Client) -> AsyncIterator[Check]:
    """Yield the checks in order; stops where nothing further can be seen."""
    place = client.place
    yield Check("address", True, f"{place.address} (from {place.found_in})")
    alive = await _http(place, "/health")
    if alive != 200:
        yield Check(
            "gateway",
            False,
            f"/health at {place.address} {_said(alive)}",
            "start the system with `make run`; for another place set HSC_ADDRESS, for another stack HSC_HOME",
        )
        return
    yield Check("gateway", True, "it answers")
    ready = await _http(place, "/ready")
    mend = "wait a moment after a start; then see below which service is missing, and its log"
    yield Check("ready", ready == 200, f"/ready {_said(ready)}", "" if ready == 200 else mend)
    for check in await _guarded("status", _status(client)):
        yield check
    for check in await _guarded("catalogue", _catalogue(client)):
        yield check
    for check in await _guarded("admin", _admin(client)):
        yield check


async def _guarded(name: str, checks: AsyncIterator[Check]) -> list[Check]:
    done: list[Check] = []
    try:
        with failures_of_calls():
            async for check in checks:
                done.append(check)  # noqa: PERF401 what was seen before a failure is kept
    except Failure as failure:
        done.append(Check(name, False, f"{failure.message} ({failure.reason})", "see the services' logs"))
    return done


async def _status(client: Client) -> AsyncIterator[Check]:
    status = await client.status.GetStatus(status_pb2.GetStatusRequest(), timeout=QUICK_S)
    for service in status.services:
        yield Check(
            f"service {service.name}",
            service.serving,
            f"serving, version {service.version}" if service.serving else service.detail or "not serving",
            "" if service.serving else f"look into the log of {service.name}; restart it",
        )
    stuck = status.queue_depth > 0 and status.oldest_job_seconds > STALE_JOB_S
    yield Check(
        "worker",
        not stuck,
        f"{status.queue_depth} jobs wait, the oldest for {status.oldest_job_seconds:.0f} s",
        "is the ingest worker running? restart it; jobs are redelivered" if stuck else "",
    )
    yield Check(
        "failed jobs",
        status.dead_letters == 0,
        f"{status.dead_letters} were given up",
        "see `hsc jobs list --state failed`, then `hsc jobs retry JOB` or `hsc jobs purge`"
        if status.dead_letters
        else "",
    )


async def _catalogue(client: Client) -> AsyncIterator[Check]:
    listed = await client.catalog.ListProducts(catalog_pb2.ListProductsRequest(page_size=1), timeout=QUICK_S)
    if not listed.products:
        yield Check("catalogue", False, "it is empty", "import one: `hsc import FOLDER`")
        return
    product = listed.products[0]
    yield Check("catalogue", True, "it holds products")
    predicted = await client.prediction.Predict(
        prediction_pb2.PredictRequest(text=product.name[:512], limit=50), timeout=QUICK_S
    )
    known = any(p.product_id == product.product_id for p in predicted.predictions)
    yield Check(
        "prediction",
        known,
        f"{product.name} is {'found' if known else 'not found'} by its own name",
        "" if known else "prediction does not follow the catalogue: see its log, restart it",
    )


async def _admin(client: Client) -> AsyncIterator[Check]:
    try:
        metadata = client.as_admin()
        with failures_of_calls():
            await client.ingest.ListJobs(ingest_pb2.ListJobsRequest(page_size=1), timeout=QUICK_S, metadata=metadata)
    except Failure as failure:
        mend = "set HSC_ADMIN_TOKEN, or HSC_HOME to the home of this very stack"
        yield Check("admin", False, f"{failure.message} ({failure.reason})", mend)
    else:
        yield Check("admin", True, "the token is accepted")


async def golden(client: Client) -> AsyncIterator[Check]:
    """Yield the golden question's checks: typed, locked, its manual read, answered from the right page."""
    visit = Visit(client, Silence(), pace_s=0)
    try:
        with failures_of_calls(client.place.address):
            await visit.know_the_product()
            await visit.type()
            yield Check("golden: typing", True, f"{PRODUCT_ID} is locked, its manual is ready")
            answer = await visit.ask(QUESTION)
    except Failure as failure:
        yield Check("golden", False, f"{failure.message} ({failure.reason})", _GOLDEN_MENDS.get(failure.reason, _LOOK))
        return
    pages = [
        citation.page_start for citation in answer.citations.values() if KEY_FACT in " ".join(citation.quote.split())
    ]
    right = KEY_PAGE in pages
    said = f"page {KEY_PAGE} is cited" if right else f"“{KEY_FACT}” of page {KEY_PAGE} is not cited"
    mend = "" if right else f"see `hsc ask {PRODUCT_ID} '{QUESTION}'`, and the logs of answer and ingest"
    yield Check("golden: answer", right, said, mend)


def _said(status: int | None) -> str:
    return "does not answer" if status is None else f"says {status}"


async def _http(place: Place, path: str) -> int | None:
    """Return the status of a GET, None where nobody answers in HTTP."""

    def get() -> int | None:
        try:
            with closing(_connection(place)) as connection:
                connection.request("GET", path)
                return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None

    return await asyncio.to_thread(get)


def _connection(place: Place) -> http.client.HTTPConnection:
    if not place.encrypted:
        return http.client.HTTPConnection(place.address, timeout=HTTP_S)
    trusted = ssl.create_default_context(cafile=place.ca_file)
    return http.client.HTTPSConnection(place.address, timeout=HTTP_S, context=trusted)
