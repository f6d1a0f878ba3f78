"""The table of makers' sites: makers.toml beside this file, or an operator's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from hsc_ingest.domain.proposals import compact


class Maker(BaseModel):
    """Whose brands, which hosts are theirs, where to look. The table itself says more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    brands: list[str] = Field(min_length=1)
    hosts: list[str] = Field(min_length=1)
    pages: list[str] = Field(min_length=1, max_length=4)

    def has(self, host: str) -> bool:
        """Whether a host is the maker's own."""
        host = host.lower().rstrip(".")
        return any(host == own or host.endswith(f".{own}") for own in self.hosts)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    maker: list[Maker]


class Makers:
    """Finds a maker by a brand's id or name."""

    def __init__(self, makers: Mapping[str, Maker]) -> None:
        self._makers = makers

    @classmethod
    def load(cls, path: Path | None = None) -> Makers:
        """From a TOML file, by default our own. ValueError says what is wrong with it."""
        source = path or files("hsc_ingest.adapters") / "makers.toml"
        table = _Table.model_validate(tomllib.loads(source.read_text("utf-8")))
        return cls({compact(brand): maker for maker in table.maker for brand in maker.brands})

    def of(self, *brands: str) -> Maker | None:
        """The maker of the first of these ids and names that the table knows."""
        return next((maker for brand in brands if (maker := self._makers.get(compact(brand)))), None)
