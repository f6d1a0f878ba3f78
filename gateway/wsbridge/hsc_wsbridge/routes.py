"""The methods that may be called over a WebSocket, and where they live. What is not listed does not exist here.

Typing is why the bridge exists. The uploads are here because fetch cannot stream a request, the answers because a
page that already types over a socket may ask over one.
"""

from dataclasses import dataclass

from hsc_rpc.channels import MAX_MESSAGE_BYTES as LARGEST_MESSAGE

TYPING_MESSAGE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Route:
    """`method` is the HTTP path, `service` the upstream's name, `max_message` in bytes."""

    method: str
    service: str
    max_message: int


ROUTES = {
    route.method: route
    for route in (
        Route("/hsc.prediction.v1.PredictionService/TypeAhead", "prediction", TYPING_MESSAGE),
        Route("/hsc.answer.v1.AnswerService/Ask", "answer", LARGEST_MESSAGE),
        Route("/hsc.answer.v1.AnswerService/ResumeAnswer", "answer", TYPING_MESSAGE),
        Route("/hsc.ingest.v1.IngestService/WatchManual", "ingest", TYPING_MESSAGE),
        Route("/hsc.ingest.v1.IngestService/WatchJob", "ingest", TYPING_MESSAGE),
        Route("/hsc.ingest.v1.IngestService/ImportCatalog", "ingest", LARGEST_MESSAGE),
        Route("/hsc.ingest.v1.IngestService/UploadManual", "ingest", LARGEST_MESSAGE),
    )
}
