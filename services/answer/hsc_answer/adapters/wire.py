"""The domain's words in protobuf and back: what is sent, journalled, cached and kept has one form."""

from hsc.answer.v1 import answer_pb2
from hsc.ingest.v1 import ingest_pb2

from hsc_answer.domain.events import (
    Chunk,
    Cited,
    CitedManual,
    Context,
    Done,
    Event,
    Evidence,
    Numbered,
    Outcome,
    Receipt,
    Status,
    Timings,
    Usage,
)
from hsc_answer.domain.passage import Box, Passage

OUTCOMES = {
    Outcome.ANSWERED: answer_pb2.ANSWER_OUTCOME_ANSWERED,
    Outcome.NOT_IN_MANUAL: answer_pb2.ANSWER_OUTCOME_NOT_IN_MANUAL,
    Outcome.NO_MANUAL: answer_pb2.ANSWER_OUTCOME_NO_MANUAL,
}
_OUTCOMES_BACK = {wire: outcome for outcome, wire in OUTCOMES.items()}


def box(value: Box) -> ingest_pb2.Box:
    """A line's rectangle."""
    page, x0, y0, x1, y1, start, end = value
    return ingest_pb2.Box(page=page, x0=x0, y0=y0, x1=x1, y1=y1, start=start, end=end)


def box_from(wire: ingest_pb2.Box) -> Box:
    """A line's rectangle, read."""
    return Box(wire.page, wire.x0, wire.y0, wire.x1, wire.y1, wire.start, wire.end)


def passage(value: Passage, score: float = 0.0) -> ingest_pb2.Passage:
    """A passage, with its score where it was searched for."""
    return ingest_pb2.Passage(
        ordinal=value.ordinal,
        page_start=value.page_start,
        page_end=value.page_end,
        section_path=value.section_path,
        text=value.text,
        boxes=[box(b) for b in value.boxes],
        language=value.language,
        anchor=value.anchor,
        manual_id=value.manual_id,
        score=score,
    )


def passage_from(wire: ingest_pb2.Passage) -> Passage:
    """A passage, read."""
    return Passage(
        ordinal=wire.ordinal,
        page_start=wire.page_start,
        page_end=wire.page_end,
        section_path=tuple(wire.section_path),
        text=wire.text,
        boxes=tuple(box_from(b) for b in wire.boxes),
        language=wire.language,
        anchor=wire.anchor,
        manual_id=wire.manual_id,
    )


def citation(value: Cited) -> answer_pb2.Citation:
    """A citation."""
    return answer_pb2.Citation(
        index=value.index,
        manual_id=value.manual_id,
        manual_title=value.manual_title,
        page_start=value.page_start,
        page_end=value.page_end,
        section_path=value.section_path,
        quote=value.quote,
        boxes=[box(b) for b in value.boxes],
        anchor=value.anchor,
    )


def citation_from(wire: answer_pb2.Citation) -> Cited:
    """A citation, read."""
    return Cited(
        wire.index,
        wire.manual_id,
        wire.manual_title,
        wire.page_start,
        wire.page_end,
        tuple(wire.section_path),
        wire.quote,
        tuple(box_from(b) for b in wire.boxes),
        wire.anchor,
    )


def chunk(value: Chunk) -> answer_pb2.Chunk:
    """A piece of an answer."""
    return answer_pb2.Chunk(text=value.text, citation_indexes=value.citation_indexes)


def chunk_from(wire: answer_pb2.Chunk) -> Chunk:
    """A piece of an answer, read."""
    return Chunk(wire.text, tuple(wire.citation_indexes))


def usage(value: Usage) -> answer_pb2.Usage:
    """What a model used."""
    return answer_pb2.Usage(input_tokens=value.input_tokens, output_tokens=value.output_tokens, cost_usd=value.cost_usd)


def timings(value: Timings) -> answer_pb2.Timings:
    """How long the stages took."""
    return answer_pb2.Timings(
        manual_us=value.manual_us,
        search_us=value.search_us,
        write_us=value.write_us,
        verify_us=value.verify_us,
        total_us=value.total_us,
    )


def done(answer_id: str, value: Done) -> answer_pb2.Done:
    """The end of an answer."""
    return answer_pb2.Done(
        answer_id=answer_id,
        outcome=OUTCOMES[value.outcome],
        confidence=value.confidence,
        model=value.model,
        cached=value.cached,
        usage=usage(value.usage),
        timings=timings(value.timings),
        reason=value.reason,
        hint=value.hint,
    )


def done_from(wire: answer_pb2.Done | answer_pb2.Answer) -> Done:
    """The end of an answer, read. A receipt carries the same fields, but for reason and hint."""
    return Done(
        _OUTCOMES_BACK[wire.outcome],
        wire.confidence,
        wire.model,
        wire.cached,
        Usage(wire.usage.input_tokens, wire.usage.output_tokens, wire.usage.cost_usd),
        Timings(
            wire.timings.manual_us,
            wire.timings.search_us,
            wire.timings.write_us,
            wire.timings.verify_us,
            wire.timings.total_us,
        ),
        wire.reason,
        wire.hint,
    )


def response(answer_id: str, numbered: Numbered) -> answer_pb2.AskResponse:
    """A numbered event as the stream carries it."""
    wire = answer_pb2.AskResponse(answer_id=answer_id, event=numbered.number)
    match numbered.event:
        case Status(stage, detail):
            wire.status.stage, wire.status.detail = stage, detail
            wire.status.SetInParent()
        case Context(catalog):
            wire.context.SetInParent()
            wire.context.brand.CopyFrom(catalog.brand)  # type: ignore[attr-defined]
            wire.context.related.extend(catalog.related)  # type: ignore[attr-defined]
        case Cited() as cited:
            wire.citation.CopyFrom(citation(cited))
        case Chunk() as piece:
            wire.chunk.CopyFrom(chunk(piece))
        case Done() as end:
            wire.done.CopyFrom(done(answer_id, end))
    return wire


def resumed(answer_id: str, numbered: Numbered) -> answer_pb2.ResumeAnswerResponse:
    """The same for a resumed stream: the two messages have the same fields."""
    return answer_pb2.ResumeAnswerResponse.FromString(response(answer_id, numbered).SerializeToString())


def numbered_from(data: bytes) -> Numbered:
    """A journalled event, read."""
    wire = answer_pb2.AskResponse.FromString(data)
    event: Event
    match wire.WhichOneof("payload"):
        case "status":
            event = Status(wire.status.stage, wire.status.detail)
        case "context":
            event = Context(wire.context)
        case "citation":
            event = citation_from(wire.citation)
        case "chunk":
            event = chunk_from(wire.chunk)
        case _:
            event = done_from(wire.done)
    return Numbered(wire.event, event)


def answer(value: Receipt) -> answer_pb2.Answer:
    """A receipt."""
    end = value.done
    wire = answer_pb2.Answer(
        answer_id=value.answer_id,
        question=value.question,
        language=value.language,
        product_id=value.product_id,
        product_name=value.product_name,
        chunks=[chunk(c) for c in value.chunks],
        citations=[citation(c) for c in value.citations],
        manuals=[
            answer_pb2.CitedManual(manual_id=m.manual_id, sha256=m.sha256, revision=m.revision, title=m.title)
            for m in value.evidence.manuals
        ],
        passages=[passage(p) for p in value.evidence.passages],
        outcome=OUTCOMES[end.outcome],
        confidence=end.confidence,
        model=end.model,
        prompt_version=value.evidence.prompt_version,
        cached=end.cached,
        usage=usage(end.usage),
        timings=timings(end.timings),
        reason=end.reason,
        hint=end.hint,
    )
    wire.asked_at.FromMilliseconds(round(value.asked_at * 1000))
    return wire


def receipt_from(wire: answer_pb2.Answer) -> Receipt:
    """A receipt, read."""
    return Receipt(
        answer_id=wire.answer_id,
        question=wire.question,
        language=wire.language,
        product_id=wire.product_id,
        product_name=wire.product_name,
        evidence=Evidence(
            tuple(CitedManual(m.manual_id, m.sha256, m.revision, m.title) for m in wire.manuals),
            tuple(passage_from(p) for p in wire.passages),
            wire.prompt_version,
        ),
        citations=tuple(citation_from(c) for c in wire.citations),
        chunks=tuple(chunk_from(c) for c in wire.chunks),
        done=done_from(wire),
        asked_at=wire.asked_at.ToMilliseconds() / 1000,
    )
