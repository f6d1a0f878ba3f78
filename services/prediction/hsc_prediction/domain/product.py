"""What goes into the index and what comes out of a prediction."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the catalogue knows it; absent fields are empty."""

    product_id: str
    name: str
    brand_id: str = ""
    brand_name: str = ""
    category: str = ""
    sku: str = ""
    url: str = ""
    image_url: str = ""


class Candidate(NamedTuple):
    """One product the text may mean.

    `confidence` is the calibrated probability (0–1) that it, or another product of the same brand and name, is meant;
    `matched_spans` are half-open ranges of code points of `product.name`; `locked` says that the server is sure.
    """

    product: Product
    confidence: float
    variant_group: str
    matched_spans: tuple[tuple[int, int], ...]
    locked: bool
    together: float  # the confidence of its whole group, shown or not


class Prediction(NamedTuple):
    """Candidates, best first, and the parts of the text that named the product and that did not (both verbatim)."""

    candidates: tuple[Candidate, ...]
    product_text: str
    question_text: str
