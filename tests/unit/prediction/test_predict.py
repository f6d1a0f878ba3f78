"""predict: from the typed text to candidates."""

import pytest
from hsc_prediction.domain.index import Index
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.predict import predict
from hsc_prediction.domain.product import Product
from hypothesis import given, settings
from hypothesis import strategies as st

TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="roland td17 fp-:גיטרה'\u05b0\u202e\x00", max_size=80),
    st.text(alphabet=st.characters(min_codepoint=0x10000), max_size=20),
)


def ask(index, text, limit=5):
    return predict(index, text, limit, Prior.none())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("roland td-17", "td17"),
        ("td17", "td17"),
        ("td 17", "td17"),
        ("17 roland td", "td17"),
        ("rolnad td-27", "td27"),
        ("jupitr xm", "jupiter"),
        ("jupoter xm rolnd", "jupiter"),
        ("gokeys 3", "gokeys"),
        ("rolandjupiterxm", "jupiter"),
        ("how do i reset my volt 276?", "volt"),
        ("universal audio volt", "volt"),
        ("ua volt", "volt"),
        ("87-LX5W", "lx5-w"),
        ("nord stage eighty eight 88", "stage88"),
        ("paiste 2002 crash 18 inch", "crash"),
        ("paiste crash 46 cm", "crash"),
        ("classical guitar cordoba", "guitar"),
        ("electric piano fp-10", "fp10"),
    ],
)
def test_finds_what_is_meant(first, text, meant):
    assert first(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("אפולו טווין", "twin"),
        ("רולנד טי די 17", "td17"),
        ("וולט 276", "volt"),
        ("גו קיז 3", "gokeys"),
        ("איך מאפסים את הג'ופיטר", "jupiter"),
        ("מאסטרו קומט", "comet"),
        ("לגיטרה קלאסית", "guitar"),
        ("אין סאונד ב-td-27", "td27"),
    ],
)
def test_finds_latin_names_in_hebrew_letters_and_hebrew_ones_in_sentences(first, text, meant):
    assert first(text) == meant


def test_a_hebrew_word_that_begins_another_is_also_read_as_a_latin_name():
    drums = Product("drums", "סט תופים אלקטרוניים Medeli MZ528", "medeli", "Medeli")
    electro = Product("electro", "Nord Electro 6D 61", "nord", "Nord")
    found = ask(Index.build([drums, electro]), "נורד אלקטרו").candidates
    assert found[0].product.product_id == "electro"


def test_a_persons_name_does_not_lock_the_amplifier_whose_words_sound_alike():
    amplifier = Product("eden", "מגבר ראש לגיטרה בס Eden Terra Nova TN226", "eden", "Eden")
    others = [Product(f"other-{n}", f"Volt Pedal {n}", "volt", "Volt") for n in range(40)]
    found = ask(Index.build([amplifier, *others]), "nova rossi").candidates
    assert not any(c.locked for c in found)


@pytest.mark.parametrize(("text", "meant"), [("אג-17", "td17"), ("רםךשמג אג-27", "td27"), ("dhyrv ekxh,", "guitar")])
def test_finds_what_was_typed_in_the_other_keyboard_layout(first, text, meant):
    assert first(text) == meant


def test_the_text_is_parted_into_product_and_question(index):
    prediction = ask(index, "how do i reset my td-17?")
    assert (prediction.product_text, prediction.question_text) == ("td-17", "how do i reset my ?")


def test_the_parts_of_a_name_that_were_typed_are_marked(index):
    best = ask(index, "roland 17").candidates[0]
    assert [best.product.name[a:b] for a, b in best.matched_spans] == ["Roland", "17"]


def test_products_of_one_brand_and_name_are_a_group_whose_confidences_add(index):
    candidates = [c for c in ask(index, "roland lx-5").candidates if c.variant_group]
    assert {c.product.product_id for c in candidates} == {"lx5-b", "lx5-w"}
    assert 0.8 <= sum(c.confidence for c in candidates) <= 1
    assert all(c.locked for c in candidates)


def test_a_locked_groups_members_come_before_anything_else(index):
    candidates = ask(index, "how do i reset my roland lx-5").candidates
    assert candidates[0].locked
    members = [bool(c.variant_group) for c in candidates]
    assert sum(members) > 1
    assert members == sorted(members, reverse=True)


def test_a_product_alone_has_no_group(index):
    assert ask(index, "fp-10").candidates[0].variant_group == ""


@pytest.mark.parametrize(
    "text", ["weather tomorrow", "how do i", "hello", "sarah cohen", "מזג האוויר מחר", "", "  ", "?!", "the"]
)
def test_a_text_that_names_no_product_is_sure_of_none(index, text):
    assert all(c.confidence <= 0.2 and not c.locked for c in ask(index, text).candidates)


def test_a_coined_word_alone_names_its_product_and_a_word_that_says_what_it_is_does_not(index):
    coined, plain = ask(index, "how do i reset the comet"), ask(index, "how do i reset the pedal")
    assert coined.candidates[0].product.product_id == "comet"
    assert coined.candidates[0].confidence >= 0.8
    assert all(c.confidence <= 0.2 for c in plain.candidates)


def test_a_coined_word_that_nothing_is_wanted_of_names_no_product(index):
    assert ask(index, "we saw a comet yesterday").candidates[0].confidence <= 0.5


@pytest.mark.parametrize("typed", ["s", "se", "set", "setti", "setting", "settings"])
def test_the_lock_stays_while_a_support_word_is_half_typed(index, typed):
    best = ask(index, f"roland jupiter-xm {typed}").candidates[0]
    assert best.locked or typed == "s"  # one letter may become a suffix
    assert best.confidence >= 0.8


@pytest.mark.parametrize("text", ["what does e07 mean on the volt 276", "volt 276 shows error e07"])
def test_a_code_that_a_device_shows_speaks_for_no_other_product(index, text):
    prediction = ask(index, text)
    assert prediction.product_text == "volt 276"
    assert prediction.candidates[0].locked


def test_a_model_is_found_though_a_digit_is_wrong_and_never_locks(index):
    best = ask(index, "volt 275").candidates[0]
    assert (best.product.product_id, best.locked) == ("volt", False)


@pytest.mark.parametrize("text", ["solar a2.2fr", "solar a6.2fr", "solar a2-6fr"])
def test_a_number_that_the_name_has_elsewhere_does_not_lock(text):
    index = Index.build([Product("a26", "Solar A2.6FR", "solar", "Solar"), Product("other", "Nord Stage 4")])
    assert [c.locked for c in ask(index, text).candidates if c.product.product_id == "a26"] == [text == "solar a2-6fr"]


@pytest.mark.parametrize("text", ["eaw rl18", "eaw rl18 has no sound", "rl 18 manual"])
def test_a_model_short_of_its_last_letter_is_another_model(text):
    others = [Product(f"other{n}", f"Nord Stage {n}", "nord", "Nord") for n in range(40)]
    index = Index.build([Product("rl18s", "EAW RL18s", "eaw", "EAW"), *others])
    assert not any(c.locked for c in ask(index, text).candidates)
    assert ask(index, text.replace("18", "18s")).candidates[0].locked


def test_who_gives_the_article_number_has_said_the_model_whole():
    others = [Product(f"o{n}", f"Nord Stage {n}", "nord", "Nord") for n in range(40)]
    index = Index.build([Product("fp", "Roland FP-30X", "roland", "Roland", "", "87-FP30XBK"), *others])
    assert ask(index, "fp30xbk").candidates[0].locked


def test_a_name_half_typed_locks_only_beside_a_brand_or_a_number():
    blackwell = Product("john", "Turkish John Blackwell Ride", "turkish", "Turkish")
    index = Index.build([blackwell, *(Product(f"o{n}", f"Weber Amp {n}") for n in range(40))])
    locks = {t: ask(index, t).candidates[0].locked for t in ("john black", "john blackwell", "turkish john black")}
    assert locks == {"john black": False, "john blackwell": True, "turkish john black": True}


@pytest.mark.parametrize("text", ["v d stage 5 on", "5 v on stage d", "6 magma qu"])
def test_parts_of_a_model_typed_apart_and_out_of_order_find_it(text):
    wanted = [Product("d5v", "On Stage D5V", "on", "On Stage"), Product("qu6", "Magma Qu-6", "magma", "Magma")]
    others = [Product(f"on{n}", f"On Stage V{n} D{n + 4}", "on", "On Stage") for n in range(3, 9)]
    others += [Product(f"magma{n}", f"Magma {n}7 Qu", "magma", "Magma") for n in (5, 6, 61, 62)]
    found = ask(Index.build([*wanted, *others]), text).candidates
    assert found[0].product.product_id == ("qu6" if "magma" in text else "d5v")


def test_where_a_slip_explains_a_whole_model_a_part_of_it_is_not_sure():
    others = [Product(f"o{n}", f"Nord Stage {n}", "nord", "Nord") for n in range(200, 600)]
    index = Index.build([*others, Product("me", "Allen & Heath ME-500"), Product("part", "Adams Marimba 00")])
    confidence = {c.product.product_id: c.confidence for c in ask(index, "me-00").candidates}
    assert confidence["part"] < 0.5


def test_an_article_number_of_digits_alone_is_known_from_the_identifier():
    index = Index.build(
        [Product(f"paiste_90_{n}", f"Paiste Crash {n % 9}", "paiste", "Paiste") for n in (1061419, 1062518)]
    )
    assert ask(index, "1062518").candidates[0].product.product_id == "paiste_90_1062518"


def test_the_article_number_of_letters_is_known_from_the_identifier():
    others = [Product(f"o{n}", f"Nord Stage {n}") for n in range(40)]
    index = Index.build([Product("foxgear_effects_20_fxryd", "Foxgear Ryder", "foxgear", "Foxgear"), *others])
    assert ask(index, "fxryd").candidates[0].product.name == "Foxgear Ryder"


def test_a_persons_name_is_no_product_though_one_was_named_so():
    index = Index.build(
        [Product("john", "Turkish John Blackwell Ride", "turkish", "Turkish"), Product("w", "Weber Amp")]
    )
    assert all(c.confidence <= 0.5 for c in ask(index, "john weber").candidates)


@pytest.mark.parametrize("text", ["noa silver", "my name is adam stone", "שירה ברק", "oscar lee", "michal"])
def test_a_given_name_and_a_word_more_name_no_product_that_is_not_called_so(text):
    named = ("Warm Audio Nova Silver", "Solar Shira 2", "Lee Oskar Case", "Turkish John Blackwell", "Eden Adam Amp")
    others = [Product(f"o{n}", f"Nord Stage {n}", "nord", "Nord") for n in range(200)]
    index = Index.build([*(Product(name, name) for name in named), *others])
    assert all(c.confidence <= 0.2 for c in ask(index, text).candidates)
    assert ask(index, "john blackwell").candidates[0].confidence >= 0.8


def test_a_slip_that_hits_another_makers_model_still_finds_the_brand_that_was_named():
    others = [Product(f"im{n}", f"{maker} IM C400", maker, maker) for n, maker in enumerate(("NRG", "Ricoh", "Savin"))]
    others += [Product(f"oki{n}", f"Oki B{n}", "oki", "Oki") for n in range(200, 260)]
    index = Index.build([Product("meant", "Oki C3400", "oki", "Oki"), *others])
    assert ask(index, "oki c400").candidates[0].product.product_id == "meant"


def test_a_product_found_twice_by_one_word_does_not_crowd_out_what_two_words_find():
    crowd = [Product(f"u{n}", f"Ulefone U{n}", "ulefone", "Ulefone") for n in range(150)]
    others = [Product(f"x{n}", f"Sony Xperia {n}", "sony", "Sony") for n in range(400)]
    others += [Product(f"n{n}", f"Nord Stage {n}", "nord", "Nord") for n in range(2000)]
    index = Index.build([Product("meant", "Sony Xperia UL", "sony", "Sony"), *crowd, *others])
    assert ask(index, "xpria ul").candidates[0].product.product_id == "meant"


def test_the_product_whose_whole_name_was_said_is_surer_than_one_whose_name_goes_on():
    index = Index.build([Product(n, n, "m-audio", "M-Audio") for n in ("M-Audio Hammer 88", "M-Audio Hammer 88 Pro")])
    first, second = ask(index, "hammer 88").candidates
    assert first.product.name == "M-Audio Hammer 88"
    assert first.confidence > 2 * second.confidence


def test_a_word_of_more_letters_than_a_key_is_found_with_one_missing():
    index = Index.build([Product("cable", "Universal Thunderbolt 3"), Product("other", "Nord 3")])
    assert ask(index, "thnderbolt 3").candidates[0].product.product_id == "cable"


def test_a_colour_at_the_end_of_an_article_number_is_a_word():
    index = Index.build([Product(i, "Roland FP-90X", "roland", "Roland", "", i) for i in ("87-FP90XBK", "87-FP90XWH")])
    assert ask(index, "black fp-90x").candidates[0].product.product_id == "87-FP90XBK"
    assert ask(index, "fp90xwh").candidates[0].product.product_id == "87-FP90XWH"


def test_a_product_asked_about_often_leads_where_the_text_leaves_both_open(index, first):
    assert first("roland td", Prior.of(index, {"td27": 40.0})) == "td27"
    assert first("roland td", Prior.of(index, {"td17": 40.0})) == "td17"


def test_a_crowd_does_not_bury_what_was_typed(index, first):
    assert first("roland td-17", Prior.of(index, {"td27": 1e9})) == "td17"


@given(TEXTS, st.integers(1, 50))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_bounded_answer(index, text, limit):
    prediction = ask(index, text, limit)
    ids = [c.product.product_id for c in prediction.candidates]
    assert len(ids) == len(set(ids)) <= limit
    assert all(0 <= c.confidence <= 1 for c in prediction.candidates)
    assert prediction.product_text in text
    for candidate in prediction.candidates:
        assert all(0 <= a < b <= len(candidate.product.name) for a, b in candidate.matched_spans)


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_the_same_text_gets_the_same_answer(index, text):
    assert ask(index, text) == ask(index, text)


@given(st.lists(TEXTS, min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_what_was_asked_before_changes_no_answer(index, products, texts):
    fresh = Index.build(products)
    assert [ask(fresh, text) for text in texts] == [ask(index, text) for text in texts]


def test_a_text_of_a_hundred_thousand_letters_is_read_at_its_beginning(index):
    assert ask(index, "td-17 " + "x" * 100_000).candidates[0].product.product_id == "td17"
