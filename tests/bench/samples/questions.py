"""How the whole way answers the questions about the sample manuals: right, wrong, silent with and without reason.

`python tests/bench/samples/questions.py [--show]` asks the stack of HSC_HOME or HSC_ADDRESS. An answer is right when it
holds the key fact and cites its page; `--show` lists every question that went wrong.
"""

import asyncio
import json
import statistics
import sys
import time
import uuid
from collections import Counter
from typing import Any

from hsc.answer.v1 import answer_pb2
from hsc_cli import place
from hsc_cli.answers import answer_events
from hsc_cli.client import Client, connected
from hsc_samples.build import QUESTIONS


async def verdict(client: Client, question: dict[str, Any]) -> tuple[str, str]:
    """Return how one question went, and the answer's text."""
    request = answer_pb2.AskRequest(
        product_id=question["product_id"],
        question=question["question"],
        language=question["language"],
        request_id=uuid.uuid4().hex,
    )
    text, pages, outcome = "", set[int](), answer_pb2.ANSWER_OUTCOME_UNSPECIFIED
    async for event in answer_events(client, request):
        text += f" {event.chunk.text}"
        pages.update(range(event.citation.page_start, event.citation.page_end + 1))
        outcome = event.done.outcome or outcome
    answered = outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
    if not question["answerable"]:
        return ("answered what the manual does not say" if answered else "rightly silent"), text
    if not answered:
        return "wrongly silent", text
    if question["key_fact"] not in " ".join(text.split()):
        return "wrong", text
    return ("right" if question["page"] in pages else "right, from another page"), text


async def main(show: bool) -> None:
    questions: list[dict[str, Any]] = json.loads(QUESTIONS.read_bytes())
    counts: Counter[str] = Counter()
    seconds = []
    async with connected(place.find()) as client:
        for question in questions:
            began = time.perf_counter()
            went, text = await verdict(client, question)
            seconds.append(time.perf_counter() - began)
            counts[went] += 1
            if show and not went.startswith("right"):
                print(f"{went}: {question['document']}: {question['question']} | {' '.join(text.split())[:120]}")
    for went, count in counts.most_common():
        print(f"{count:4} {went}")
    print(f"{statistics.median(seconds) * 1000:.0f} ms a question (median), {max(seconds) * 1000:.0f} ms at most")


if __name__ == "__main__":
    asyncio.run(main("--show" in sys.argv))
