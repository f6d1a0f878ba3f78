import pytest
from hsc_wsbridge.origin import is_allowed

LISTED = ("https://support.example.com",)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "localhost:8000"),
        ("http://localhost:8000", "localhost:8000"),
        ("https://shop.example.com", "shop.example.com"),
        ("https://shop.example.com", "shop.example.com:443"),
        ("https://Shop.example.com:443", "shop.example.com"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://[::1]", "[::1]"),
        ("https://support.example.com", "elsewhere.example.com"),
    ],
)
def test_no_origin_the_same_origin_and_listed_ones_are_allowed(origin: str | None, host: str) -> None:
    assert is_allowed(origin, host, LISTED)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("null", "localhost:8000"),
        ("", "localhost:8000"),
        ("http://evil.example", "localhost:8000"),
        ("http://localhost:8001", "localhost:8000"),
        ("http://localhost", "localhost:8000"),
        ("http://localhost:8000", "localhost"),
        ("http://localhost:8000.evil.example", "localhost:8000"),
        ("http://localhost:99999", "localhost:8000"),
        ("file://localhost:8000", "localhost:8000"),
        ("http://localhost:8000", None),
        ("https://support.example.com.evil.example", "localhost:8000"),
    ],
)
def test_every_other_page_is_foreign(origin: str, host: str | None) -> None:
    assert not is_allowed(origin, host, LISTED)
