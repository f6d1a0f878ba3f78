"""The table of makers' sites."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hsc_ingest.adapters.makers import Maker, Makers
from hsc_ingest.domain.proposals import model_of


def test_a_maker_is_found_by_any_spelling_of_its_brand() -> None:
    makers = Makers.load()
    assert makers.of("krk-systems", "KRK-SYSTEMS") == makers.of("krk", "KRK") is not None
    assert makers.of("allen-heath", "Allen & Heath") is not None
    assert makers.of("nobody", "") is None


def test_every_row_of_our_table_looks_on_its_makers_own_hosts() -> None:
    makers = Makers.load()
    model = model_of("Thing TD-17", "")
    for maker in set(map(id, makers._makers.values())):
        row = next(each for each in makers._makers.values() if id(each) == maker)
        addresses = [address for page in row.pages for address in model.spelt(page)]
        assert addresses
        assert all(row.has(urlsplit(address).hostname or "") for address in addresses), row
        assert all("{" not in address and address.startswith("https://") for address in addresses), row


def test_a_host_stands_for_its_subdomains_and_for_nothing_else() -> None:
    maker = Maker(brands=["x"], hosts=["maker.example"], pages=["https://maker.example/{slug}"])
    assert maker.has("maker.example")
    assert maker.has("static.Maker.example.")
    assert not maker.has("notmaker.example")
    assert not maker.has("maker.example.evil.example")


@pytest.mark.parametrize("text", ["not toml [", "[[maker]]\nbrands = []", "[[maker]]\nbrands=['a']\nhosts=['b']\n"])
def test_a_table_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "makers.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=r".+"):
        Makers.load(path)
