"""Predictions in protobuf's encoding (https://protobuf.dev/programming-guides/encoding), put together from kept parts.

At the next key most of the same products come again, in other places and with other confidence; and an answer that is
remembered is sent in other replies. To build messages field by field each time takes several times as long.
"""

from functools import lru_cache
from struct import pack

from hsc.prediction.v1 import prediction_pb2 as pb

from hsc_prediction.domain.product import Prediction, Product

# So many parts of each kind are kept: some 2 MB.
KEPT = 4_096
_VARINT, _FIXED64, _LENGTH = 0, 1, 2


@lru_cache(KEPT)
def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _tag(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


CONFIDENCE = _tag(pb.Prediction.CONFIDENCE_FIELD_NUMBER, _FIXED64)
CANDIDATE = _tag(pb.PredictResponse.PREDICTIONS_FIELD_NUMBER, _LENGTH)
TOOK = _tag(pb.PredictResponse.TOOK_US_FIELD_NUMBER, _VARINT)
SEQUENCE = _tag(pb.TypeAheadResponse.SEQUENCE_FIELD_NUMBER, _VARINT)
PREDICTIONS = _tag(pb.TypeAheadResponse.PREDICTIONS_FIELD_NUMBER, _LENGTH)


def predictions(prediction: Prediction) -> bytes:
    """A PredictResponse that does not say yet how long it took."""
    parts: list[bytes] = []
    for candidate in prediction.candidates:
        shown = _product(candidate.product) + _places(candidate.matched_spans) + CONFIDENCE
        shown += pack("<d", candidate.confidence)
        if candidate.locked or candidate.variant_group:
            shown += _standing(candidate.locked, candidate.variant_group)
        parts += CANDIDATE, _varint(len(shown)), shown
    texts = pb.PredictResponse(product_text=prediction.product_text, question_text=prediction.question_text)
    parts.append(texts.SerializeToString())
    return b"".join(parts)


def response(answer: bytes, took_us: int) -> bytes:
    """A PredictResponse."""
    return answer + TOOK + _varint(took_us)


def event(sequence: int, answer: bytes, took_us: int) -> bytes:
    """A TypeAheadResponse with predictions."""
    whole = response(answer, took_us)
    return b"".join((SEQUENCE, _varint(sequence), PREDICTIONS, _varint(len(whole)), whole))


@lru_cache(KEPT)
def _product(product: Product) -> bytes:
    return pb.Prediction(
        product_id=product.product_id,
        name=product.name,
        brand_id=product.brand_id,
        brand_name=product.brand_name,
        category=product.category,
        image_url=product.image_url,
        sku=product.sku,
    ).SerializeToString()


@lru_cache(KEPT)
def _places(matched_spans: tuple[tuple[int, int], ...]) -> bytes:
    places = [pb.Span(start=start, end=end) for start, end in matched_spans]
    return pb.Prediction(matched_spans=places).SerializeToString()


@lru_cache(KEPT)
def _standing(locked: bool, variant_group: str) -> bytes:
    return pb.Prediction(locked=locked, variant_group=variant_group).SerializeToString()
