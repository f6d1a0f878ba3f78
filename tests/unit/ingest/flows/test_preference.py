from dataclasses import dataclass

from hsc.catalog.v1.catalog_pb2 import (
    DOCUMENT_ROLE_OWNERS,
    DOCUMENT_ROLE_QUICK_START,
    DOCUMENT_ROLE_SERVICE,
    DOCUMENT_ROLE_UNSPECIFIED,
)
from hsc_ingest.flows.preference import by_preference


@dataclass(frozen=True)
class Paper:
    document_id: str
    role: int = DOCUMENT_ROLE_OWNERS
    language: str = ""


def order(language: str, *papers: Paper) -> list[str]:
    return [paper.document_id for paper in by_preference(papers, language)]


def test_the_owners_manual_comes_before_the_others() -> None:
    service, quick, owners = (
        Paper("s", DOCUMENT_ROLE_SERVICE),
        Paper("q", DOCUMENT_ROLE_QUICK_START),
        Paper("o"),
    )
    assert order("en", service, quick, owners) == ["o", "q", "s"]


def test_a_role_that_is_not_said_is_an_owners_manual() -> None:
    assert order("", Paper("q", DOCUMENT_ROLE_QUICK_START), Paper("u", DOCUMENT_ROLE_UNSPECIFIED)) == ["u", "q"]


def test_among_owners_manuals_the_askers_language_comes_first_then_unsaid_then_english() -> None:
    papers = [Paper("en", language="en"), Paper("any"), Paper("he", language="he-IL")]
    assert order("he", *papers) == ["he", "any", "en"]
    assert order("iw-unknown", *papers) == ["any", "en", "he"]


def test_what_the_asker_cannot_read_comes_last_whatever_its_role() -> None:
    owners, quick = Paper("owners", language="ja"), Paper("quick", DOCUMENT_ROLE_QUICK_START, "en")
    assert order("de", owners, quick) == ["quick", "owners"]


def test_who_does_not_say_a_language_can_read_any() -> None:
    owners, quick = Paper("owners", language="ja"), Paper("quick", DOCUMENT_ROLE_QUICK_START, "en")
    assert order("", owners, quick) == ["owners", "quick"]


def test_equals_are_ordered_by_id_so_that_every_replica_agrees() -> None:
    assert order("", Paper("b"), Paper("a")) == ["a", "b"]
