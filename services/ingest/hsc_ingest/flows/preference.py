"""Which of a product's documents is wanted first: the owner's manual, in the asker's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from hsc.catalog.v1 import catalog_pb2

from hsc_ingest.flows.model import Document, State


class _Ranked(Protocol):
    @property
    def document_id(self) -> str: ...
    @property
    def role(self) -> int: ...
    @property
    def language(self) -> str: ...


D = TypeVar("D", bound=_Ranked)

# An owner's manual answers most questions; a service manual is for technicians.
_ROLES: dict[int, int] = {
    catalog_pb2.DOCUMENT_ROLE_OWNERS: 0,
    catalog_pb2.DOCUMENT_ROLE_UNSPECIFIED: 0,
    catalog_pb2.DOCUMENT_ROLE_REFERENCE: 1,
    catalog_pb2.DOCUMENT_ROLE_QUICK_START: 2,
    catalog_pb2.DOCUMENT_ROLE_ADDENDUM: 3,
    catalog_pb2.DOCUMENT_ROLE_OTHER: 4,
    catalog_pb2.DOCUMENT_ROLE_SERVICE: 5,
}


def by_preference(documents: Iterable[D], language: str) -> list[D]:
    """The documents, the one wanted first at the front. `language` is BCP 47, empty where unknown.

    One that the asker cannot read comes after all that they can, whatever its role.
    """
    asked = _primary(language)

    def rank(document: D) -> tuple[bool, int, int, str]:
        distance = _distance(_primary(document.language), asked)
        return distance == _UNREADABLE, _ROLES.get(document.role, 4), distance, document.document_id

    return sorted(documents, key=rank)


def preferred(documents: Iterable[Document], language: str) -> Document:
    """The document wanted first among those that did not fail; among all when all did. There is at least one."""
    ranked = by_preference(documents, language)
    return next((each for each in ranked if each.state is not State.FAILED), ranked[0])


_UNREADABLE = 3


def _distance(language: str, asked: str) -> int:
    """0 the asker's own, 1 not stated (often several), 2 English, 3 another."""
    if language == asked and asked:
        return 0
    if not language:
        return 1
    if language == "en":
        return 2
    return _UNREADABLE if asked else 2


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()
