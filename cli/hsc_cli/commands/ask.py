"""`hsc ask PRODUCT QUESTION`: the answer from the manual, with its pages."""

import uuid

import click
from hsc.answer.v1 import answer_pb2

from hsc_cli.answers import Telling, answer_events
from hsc_cli.client import Client
from hsc_cli.output import Output
from hsc_cli.running import rpc_command


@click.command()
@click.argument("product")
@click.argument("question")
@click.option("--language", default="", help="The language to answer in, such as de (default: the question's).")
@rpc_command
async def ask(client: Client, out: Output, product: str, question: str, language: str) -> int:
    """Answer QUESTION from the manual of PRODUCT (its id, or a name that means one product only)."""
    found = await client.product(product)
    out.note(f"{found.name} ({found.product_id})")
    telling = Telling(out)
    request = answer_pb2.AskRequest(
        product_id=found.product_id, question=question, language=language, request_id=uuid.uuid4().hex
    )
    async for event in answer_events(client, request):
        telling.tell(event)
    return telling.exit_code
