import pytest
from hsc_answer.domain.verify import Reason, check
from support.passages import passage

QUOTE = "Do not switch off the LX-5 while it saves; this takes 10 seconds."
PASSAGE = passage(f"{QUOTE} The pedal must be connected first.", ("Saving",))
NAMES = ("Roland LX-5",)


@pytest.mark.parametrize(
    "sentence",
    [
        QUOTE,
        "Don't switch off the LX-5 while it saves.",
        "While it saves, which takes 10 s, do not switch off the Roland LX-5.",
        "אין לכבות את LX-5 בזמן השמירה, שנמשכת 10 שניות.",
    ],
)
def test_a_true_sentence_passes(sentence: str) -> None:
    assert check(sentence, QUOTE, PASSAGE, NAMES).ok


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Switch off the LX-5 while it saves.", Reason.NEGATION),
        ("Do not switch off the LX-5 while it saves; this takes 20 seconds.", Reason.NUMBER),
        ("Do not switch off the LX-5 while it saves; this takes 10 minutes.", Reason.UNIT),
        ("Do not switch off the LX-6 while it saves.", Reason.MODEL),
        ("Do not switch on the LX-5 while it saves.", Reason.OPPOSITE),
        ("Do not play the Yamaha while it saves.", Reason.NAME),
        ("No other piano sounds as warm as this.", Reason.UNSUPPORTED),
        ("מותר לכבות את LX-5 בזמן השמירה.", Reason.NEGATION),
        ("אין לכבות את LX-6 בזמן השמירה.", Reason.MODEL),
    ],
)
def test_a_corrupted_sentence_is_dropped_with_its_reason(sentence: str, reason: Reason) -> None:
    assert check(sentence, QUOTE, PASSAGE, NAMES).reason is reason


def test_a_quote_from_elsewhere_is_no_support() -> None:
    assert check("It is waterproof.", "It is waterproof.", PASSAGE).reason is Reason.QUOTE_NOT_IN_PASSAGE


def test_no_quote_is_no_support() -> None:
    assert check(QUOTE, " ", PASSAGE).reason is Reason.NO_QUOTE


def test_a_sibling_that_shares_the_product_s_name_is_caught_though_the_asker_named_it() -> None:
    assert check("Do not switch off the LX-6 while it saves.", QUOTE, PASSAGE, ("Roland LX-6",)).reason is Reason.MODEL
