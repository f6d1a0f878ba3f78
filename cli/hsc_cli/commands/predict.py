"""`hsc predict TEXT`: which products are meant."""

import click
from hsc.prediction.v1 import prediction_pb2

from hsc_cli.client import QUICK_S, Client
from hsc_cli.failures import MISSING, OK
from hsc_cli.output import Output
from hsc_cli.running import rpc_command


@click.command()
@click.argument("text")
@click.option("--limit", type=int, help="How many candidates (default 5, at most 50).")
@rpc_command
async def predict(client: Client, out: Output, text: str, limit: int | None) -> int:
    """Say which products TEXT may mean, the likeliest first."""
    response = await client.prediction.Predict(prediction_pb2.PredictRequest(text=text, limit=limit), timeout=QUICK_S)
    out.result(response)
    if not response.predictions:
        out.note("no product fits this text")
        return MISSING
    out.table(
        ("", "confidence", "product", "brand", "id"),
        [
            (
                "●" if prediction.locked else "",
                f"{prediction.confidence:.0%}",
                prediction.name,
                prediction.brand_name,
                prediction.product_id,
            )
            for prediction in response.predictions
        ],
    )
    return OK
