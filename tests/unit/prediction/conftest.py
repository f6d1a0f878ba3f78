"""A small catalogue with everything that is hard in it: twins, one name twice, Hebrew, accessories."""

import pytest
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.domain.product import Product

CATALOGUE = (
    ("td17", "Roland TD-17", "roland", "Roland", "drums", "", ""),
    ("td27", "Roland TD-27", "roland", "Roland", "drums", "", ""),
    ("td17-bag", "Roland TD-17 Carrying Bag", "roland", "Roland", "accessories", "", ""),
    ("lx5-b", "Roland LX-5", "roland", "Roland", "keys", "87-LX5B", ""),
    ("lx5-w", "Roland LX-5", "roland", "Roland", "keys", "87-LX5W", ""),
    ("fp10", "פסנתר חשמלי Roland FP-10", "roland", "Roland", "keys", "", "https://shop.example/7-roland-fp-10-digital-piano"),
    ("gokeys", "Roland GO:KEYS 3", "roland", "Roland", "keys", "", ""),
    ("jupiter", "Roland JUPITER-Xm", "roland", "Roland", "keys", "", ""),
    ("mk2", "Nord Drum MkII", "nord", "Nord", "drums", "", ""),
    ("mk3", "Nord Drum MkIII", "nord", "Nord", "drums", "", ""),
    ("stage61", "Nord Stage 61", "nord", "Nord", "keys", "", ""),
    ("stage88", "Nord Stage 88", "nord", "Nord", "keys", "", ""),
    ("twin", "Universal Audio Apollo Twin X", "ua", "Universal Audio", "studio", "", ""),
    ("volt", "Universal Audio Volt 276", "ua", "Universal Audio", "studio", "", ""),
    ("guitar", "גיטרה קלאסית Cordoba C5", "cordoba", "Cordoba", "guitars", "", ""),
    ("crash", 'Paiste 2002 Crash 18"', "paiste", "Paiste", "drums", "", ""),
    ("comet", "Maestro Comet Chorus Pedal", "maestro", "Maestro", "pedals", "", ""),
)  # fmt: skip


@pytest.fixture(scope="session")
def products():
    return [Product(*row) for row in CATALOGUE]


@pytest.fixture(scope="session")
def index(products):
    return Index.build(products)


@pytest.fixture
def first(index):
    """The id of the best candidate for a text; None where there is none."""

    def ask(text, prior=None):
        candidates = predict(index, text, 5, prior or Prior.none()).candidates
        return candidates[0].product.product_id if candidates else None

    return ask
