"""encoding: what is put together from parts is what protobuf would have written."""

from hsc.prediction.v1 import prediction_pb2 as pb
from hsc_prediction import encoding
from hsc_prediction.domain.product import Candidate, Prediction, Product
from hypothesis import given
from hypothesis import strategies as st

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)
spans = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), max_size=4).map(tuple)
products = st.builds(Product, *[texts] * 8)
candidates = st.builds(Candidate, products, st.floats(0, 1), texts, spans, st.booleans(), st.floats(0, 1))
found = st.builds(Prediction, st.lists(candidates, max_size=4).map(tuple), texts, texts)
numbers = st.integers(0, 2**32 - 1)


def message(prediction: Prediction, took_us: int) -> pb.PredictResponse:
    return pb.PredictResponse(
        predictions=[
            pb.Prediction(
                product_id=each.product.product_id,
                name=each.product.name,
                brand_id=each.product.brand_id,
                brand_name=each.product.brand_name,
                category=each.product.category,
                confidence=each.confidence,
                variant_group=each.variant_group,
                matched_spans=[pb.Span(start=start, end=end) for start, end in each.matched_spans],
                locked=each.locked,
                image_url=each.product.image_url,
                sku=each.product.sku,
            )
            for each in prediction.candidates
        ],
        product_text=prediction.product_text,
        question_text=prediction.question_text,
        took_us=took_us,
    )


@given(found, numbers, numbers)
def test_what_is_put_together_reads_as_the_message_would(prediction, took_us, sequence):
    answer = encoding.predictions(prediction)
    whole = message(prediction, took_us)
    assert pb.PredictResponse.FromString(encoding.response(answer, took_us)) == whole
    event = pb.TypeAheadResponse.FromString(encoding.event(sequence, answer, took_us))
    assert event == pb.TypeAheadResponse(sequence=sequence, predictions=whole)


def test_a_product_that_changed_is_not_sent_as_it_was():
    for name in ("Vireo 61", "Vireo 61 MK2"):
        candidate = Candidate(Product("vireo-61", name), 0.5, "", (), False, 0.5)
        answer = encoding.predictions(Prediction((candidate,), "", ""))
        assert pb.PredictResponse.FromString(answer).predictions[0].name == name
