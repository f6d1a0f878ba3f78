"""What a file is, by its first bytes: neither its name nor a header is believed."""

from hsc_ingest.domain.manual import ReadingError, Reason

PDF, HTML = "application/pdf", "text/html"
_MAGIC = (
    (b"\x89PNG", "an image"), (b"\xff\xd8\xff", "an image"), (b"GIF8", "an image"), (b"RIFF", "an image or sound"),
    (b"II*\x00", "an image"), (b"MM\x00*", "an image"), (b"PK\x03\x04", "an archive"), (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"), (b"\x1f\x8b", "an archive"), (b"\x7fELF", "a program"), (b"MZ", "a program"),
    (b"{\\rtf", "a text in RTF"), (b"\xd0\xcf\x11\xe0", "an old Office file"),
)  # fmt: skip
_TAGS = (
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<title",
    b"<div",
    b"<p>",
    b"<h1",
    b"<table",
    b"<main",
    b"<meta",
)


def sniff(head: bytes) -> str:
    """PDF or HTML, from the first bytes. Raises ReadingError for everything else."""
    if not head.strip():
        raise ReadingError(Reason.NOT_A_MANUAL, "This file is empty. Fetch it again, or upload the manual.")
    if b"%PDF-" in head[:1024]:
        return PDF
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise ReadingError(Reason.NOT_A_MANUAL, f"This is {what}, not a manual. Give a PDF or an HTML page.")
    text = head[:4096].replace(b"\x00", b"").lower()
    if any(tag in text for tag in _TAGS):
        return HTML
    raise ReadingError(Reason.NOT_A_MANUAL, "This is neither a PDF nor an HTML page. Give the manual in one of these.")
