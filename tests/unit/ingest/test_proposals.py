"""Which links are proposed as a product's manual."""

import pytest
from hsc_ingest.domain.proposals import Link, Role, model_of, proposal, ranked, worth_following


@pytest.mark.parametrize(
    ("name", "brand", "key"),
    [
        ("סט תופים אלקטרוניים Roland TD513", "Roland", "td513"),
        ("Roland V-Drums TD-17KVX", "Roland", "td17kvx"),
        ("Nord Piano 6 88-key", "NORD", "piano6"),
        ("מוניטור אולפני KRK Rokit 8 G5", "KRK-SYSTEMS", "rokit8"),
        ("Universal Audio Apollo x16 Gen 2", "UNIVERSAL-AUDIO", "apollox16"),
        ("M-Audio AIR 192|4 Vocal Studio Pro", "M-AUDIO", "air1924"),
        ("Allen & Heath CQ-18T", "Allen & Heath", "cq18t"),
        ("Moog Grandmother", "Moog Music", "grandmother"),
        ("M-Audio Uber Mic USB Microphone", "M-AUDIO", "ubermic"),
        ("מצילה", "Paiste", ""),
    ],
)
def test_a_name_stands_for_a_model(name: str, brand: str, key: str) -> None:
    assert model_of(name, brand).key == key


@pytest.mark.parametrize("text", ["TD-17 Owner's Manual", "/pdf/TD-17_eng03_W.pdf", "td17 manual", "Manual (TD 17)"])
def test_a_model_is_recognised_however_it_is_spelt(text: str) -> None:
    assert model_of("Roland TD-17", "Roland").named_in(text)


@pytest.mark.parametrize("text", ["TD-1 manual", "TD-170 manual", "TD-17KVX manual", "TD-27", "T D 1 8", "Roland", ""])
def test_another_digit_or_letter_is_another_product(text: str) -> None:
    assert not model_of("Roland TD-17", "Roland").named_in(text)


def test_the_makers_name_may_stick_to_the_model() -> None:
    assert model_of("Nord Stage 4", "Nord").named_in("NordStage4_Manual.pdf")


def test_a_product_whose_name_says_nothing_is_never_named() -> None:
    model = model_of("מצילה", "Paiste")
    assert not model.named_in("anything at all")
    assert model.spelt("https://maker.example/{slug}") == []


def test_addresses_are_spelt_in_each_way_a_maker_may() -> None:
    assert model_of("Roland TD513", "Roland").spelt("https://m/{slug}/") == ["https://m/td513/", "https://m/td-513/"]
    krk = model_of("KRK Rokit 8 G5", "KRK")
    assert krk.spelt("{model} {slug} {slug_} {Slug} {name}") == ["Rokit%208 rokit-8 rokit_8 Rokit-8 rokit-8-g5"]


MODEL = model_of("Roland TD-17", "Roland")


def proposed(text: str, url: str = "https://maker.example/a.pdf", *, on_its_page: bool = True) -> Role | None:
    one = proposal(Link(url, text), MODEL, on_its_page=on_its_page, source="", is_pdf=True)
    return one and one.role


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Owner's Manual", Role.OWNERS),
        ("Quick Start Guide", Role.QUICK_START),
        ("TD-17 Data List", Role.REFERENCE),
        ("Reference Manual", Role.REFERENCE),
        ("Supplementary manual", Role.ADDENDUM),
        ("Service manual", Role.SERVICE),
        ("TD-17", Role.OTHER),
        ("Declaration of Conformity TD-17", None),
        ("Brochure", None),
        ("Our history", None),
    ],
)
def test_a_link_says_what_it_is(text: str, role: Role | None) -> None:
    assert proposed(text) == role


def test_off_the_products_page_a_link_must_name_the_model() -> None:
    assert proposed("Owner's Manual", on_its_page=False) is None
    assert proposed("TD-17 Owner's Manual", on_its_page=False) is Role.OWNERS


@pytest.mark.parametrize(
    ("link", "language"),
    [
        (Link("https://m/TD-17_de.pdf", "Manual"), "de"),
        (Link("https://m/TD-17_eng03_W.pdf", "Manual"), "en"),
        (Link("https://m/a.pdf", "Manual (Français)"), "fr"),
        (Link("https://m/a.pdf", "Manual", "he"), "he"),
        (Link("https://m/de.pdf", "manual en ligne"), ""),
    ],
)
def test_a_link_says_its_language(link: Link, language: str) -> None:
    one = proposal(link, MODEL, on_its_page=True, source="", is_pdf=True)
    assert one is not None
    assert one.language == language


def test_the_likeliest_comes_first_and_each_address_once() -> None:
    links = [
        Link("https://m/other.pdf", "Quick start guide"),
        Link("https://m/quick.pdf", "TD-17 quick start guide"),
        Link("https://m/de.pdf", "TD-17 Bedienungsanleitung Deutsch"),
        Link("https://m/en.pdf", "Owner's manual"),
        Link("https://m/en.pdf", "TD-17 owner's manual, English"),
    ]
    found = [proposal(link, MODEL, on_its_page=True, source="", is_pdf=True) for link in links]
    order = [each.url.rpartition("/")[2] for each in ranked(each for each in found if each)]
    assert order == ["en.pdf", "de.pdf", "quick.pdf", "other.pdf"]


@pytest.mark.parametrize(
    ("link", "on_its_page", "follow"),
    [
        (Link("https://m/products/td-17", "TD-17"), False, True),
        (Link("https://m/products/td-27", "TD-27"), False, False),
        (Link("https://m/downloads", "Downloads"), True, True),
        (Link("https://m/downloads", "Downloads"), False, False),
        (Link("https://m/news", "News"), True, False),
        (Link("https://m/td-17.zip", "TD-17 manuals"), True, False),
        (Link("https://m/td-17-firmware", "TD-17 firmware"), True, False),
    ],
)
def test_only_pages_that_may_lead_to_the_manual_are_followed(link: Link, on_its_page: bool, follow: bool) -> None:
    assert worth_following(link, MODEL, on_its_page=on_its_page) is follow
