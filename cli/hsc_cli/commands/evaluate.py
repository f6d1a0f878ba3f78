"""`hsc eval`: how well questions are answered, and questions out of what readers said."""

import json
from typing import Any, TextIO

import click
from hsc_rpc.errors import Failure

from hsc_cli import evaluation
from hsc_cli.client import Client
from hsc_cli.failures import FAILED, OK, failures_of_calls
from hsc_cli.output import Output
from hsc_cli.running import rpc_command


@click.group("eval")
def eval_() -> None:
    """Score ranking and answers, and collect questions from ratings."""


@eval_.command()
@click.argument("file", type=click.File("w", "utf-8"))
@rpc_command
async def collect(client: Client, out: Output, file: TextIO) -> int:
    """Write the rated answers to FILE (- is standard output) as questions that `hsc eval score` takes (admin)."""
    questions = [question async for question in evaluation.collect(client)]
    json.dump(questions, file, ensure_ascii=False, indent=1)
    file.write("\n")
    known = sum("key_fact" in question or "answerable" in question for question in questions)
    out.note(f"{len(questions)} questions; {len(questions) - known} lack what a right answer holds")
    return OK


@eval_.command()
@click.argument("file", type=click.File("r", "utf-8"))
@click.option("--product", default="", help="The product asked about, where the file does not say.")
@click.option("--show", is_flag=True, help="Name each question that went wrong.")
@rpc_command
async def score(client: Client, out: Output, file: TextIO, product: str, show: bool) -> int:
    """Ask the questions of FILE, a JSON list, and print how well they are found and answered.

    Each is {"product_id", "question"} with any of "language", "answerable", "key_fact", "section", "answer".
    """
    try:
        value: Any = json.load(file)
        questions = evaluation.read(value, (await client.product(product)).product_id if product else "")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="FILE") from error
    scored, failed = [], 0
    with out.progress() as bar:
        task = bar.add_task("asking", total=len(questions), detail="")
        for question in questions:
            try:
                with failures_of_calls(client.place.address):
                    went = await evaluation.score(client, question)
            except Failure as failure:
                failed += 1
                out.note(f"{failure.reason}: {question['question']}")
            else:
                scored.append(went)
                out.result(went.as_dict())
                if show and (went.right is False or went.rank == 0):
                    out.note(f"{went.outcome}, rank {went.rank or '–'}: {question['question']}")
            bar.advance(task)
    out.table(("score", "%", "questions"), evaluation.summary(scored))
    if failed:
        out.note(f"{failed} questions could not be asked")
    return FAILED if failed else OK
