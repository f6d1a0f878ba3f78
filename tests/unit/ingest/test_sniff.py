"""The type of a file is told by its content."""

import pytest
from hsc_ingest.adapters.parsing.sniff import HTML, PDF, sniff
from hsc_ingest.domain.manual import ReadingError, Reason


def test_a_pdf_is_known_within_its_first_kilobyte() -> None:
    assert sniff(b"\n" * 900 + b"%PDF-1.4") == PDF


@pytest.mark.parametrize("head", [b"<!DOCTYPE html>", b"\xef\xbb\xbf<html>", b"  <HEAD>", "<html>".encode("utf-16")])
def test_html_is_known_in_any_dress(head: bytes) -> None:
    assert sniff(head) == HTML


@pytest.mark.parametrize("head", [b"", b"\x89PNG\r\n", b"PK\x03\x04", b"RIFF", b"MZ\x90", b"no manual"])
def test_everything_else_is_no_manual(head: bytes) -> None:
    with pytest.raises(ReadingError) as raised:
        sniff(head)
    assert raised.value.reason is Reason.NOT_A_MANUAL
