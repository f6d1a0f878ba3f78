"""The shop's help desk: one JSON document to the configured address. It is the only address this ever calls."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from hsc_rpc.errors import Failure, unavailable

from hsc_answer.config import Settings
from hsc_answer.domain.events import Cited, Receipt
from hsc_answer.domain.passage import Passage
from hsc_answer.flows.ports import Transcript

log = logging.getLogger(__name__)

TRIES = 3
TRY_S = 5.0
BACKOFF_S = 0.25
RETRY_AFTER_S = 30.0
MOST_AT_ONCE = 8
# The desk may take it a moment later; whatever else it refuses it will refuse again.
PASSING = {408, 425, 429}


class Webhook:
    """Posts to `url`. Each try carries the hand-over's id: a desk that took one knows the next for the same."""

    def __init__(self, session: ClientSession, url: str, public_url: str) -> None:
        self._session = session
        self._url = url
        self._public_url = public_url.rstrip("/")

    async def take(self, transcript: Transcript) -> None:
        """Hand over. Raises HANDOVER_FAILED when the desk has not taken it in three tries."""
        body = document(transcript, self._public_url)
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(BACKOFF_S * 2**attempt)
            status = await self._post(transcript.hand_over_id, body)
            if 200 <= status < 300:
                return
            log.warning("the help desk did not take a hand-over", extra={"status": status, "attempt": attempt + 1})
            if 300 <= status < 500 and status not in PASSING:
                break
        raise _failed()

    async def _post(self, hand_over_id: str, body: dict[str, Any]) -> int:
        """Return the desk's HTTP status, 0 when it did not answer."""
        headers = {"idempotency-key": hand_over_id}
        try:
            async with self._session.post(self._url, json=body, headers=headers, allow_redirects=False) as response:
                return response.status
        except (ClientError, TimeoutError, OSError):
            return 0


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Webhook | None]:
    """Yield the help desk that the settings name; None where there is none."""
    if settings.handover_webhook_url is None:
        yield None
        return
    token = settings.handover_webhook_token
    headers = {"authorization": f"Bearer {token.get_secret_value()}"} if token else None
    connector = TCPConnector(limit=MOST_AT_ONCE)
    async with ClientSession(headers=headers, timeout=ClientTimeout(total=TRY_S), connector=connector) as session:
        yield Webhook(session, settings.handover_webhook_url.get_secret_value(), settings.public_url)


def document(transcript: Transcript, public_url: str) -> dict[str, Any]:
    """Return what the help desk is told; docs/answering.md shows it."""
    receipt = transcript.receipts[-1]
    return {
        "hand_over_id": transcript.hand_over_id,
        "answer_id": receipt.answer_id,
        "receipt_url": _receipt_url(receipt, public_url),
        "product": _product(receipt),
        "note": transcript.note,
        "contact": transcript.contact,
        "transcript": [_turn(each, public_url) for each in transcript.receipts],
        "passages": [_passage(each) for each in _distinct(receipt.evidence.passages)],
    }


def _turn(receipt: Receipt, public_url: str) -> dict[str, Any]:
    return {
        "asked_at": datetime.fromtimestamp(receipt.asked_at, UTC).isoformat(timespec="seconds"),
        "product": _product(receipt),
        "question": receipt.question,
        "outcome": receipt.done.outcome.name,
        "answer": "\n".join(chunk.text.strip() for chunk in receipt.chunks),
        "citations": [_citation(cited) for cited in receipt.citations],
        "answer_id": receipt.answer_id,
        "receipt_url": _receipt_url(receipt, public_url),
    }


def _product(receipt: Receipt) -> dict[str, str]:
    return {"product_id": receipt.product_id, "name": receipt.product_name}


def _citation(cited: Cited) -> dict[str, Any]:
    return {
        "index": cited.index,
        "manual_id": cited.manual_id,
        "manual_title": cited.manual_title,
        "page_start": cited.page_start,
        "page_end": cited.page_end,
        "section_path": list(cited.section_path),
        "quote": cited.quote,
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "manual_id": passage.manual_id,
        "page_start": passage.page_start,
        "page_end": passage.page_end,
        "section_path": list(passage.section_path),
        "text": passage.text,
    }


def _distinct(passages: Sequence[Passage]) -> list[Passage]:
    return list({(passage.manual_id, passage.ordinal): passage for passage in passages}.values())


def _receipt_url(receipt: Receipt, public_url: str) -> str:
    return f"{public_url}/a/{receipt.answer_id}"


def _failed() -> Failure:
    return unavailable(
        "HANDOVER_FAILED", "The help desk could not be reached; try again in a moment.", retry_after_s=RETRY_AFTER_S
    )
