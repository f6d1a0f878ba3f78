"""Small real PDF files, written by hand."""

from __future__ import annotations

from collections.abc import Sequence


def make_pdf(*pages: Sequence[str], title: str = "Manual") -> bytes:
    """A PDF with one text line a string; a line that begins with `# ` is a heading, larger than the rest."""
    objects: list[bytes] = [b""] * 4
    kids = []
    for lines in pages:
        text = [b"BT 72 770 Td"]
        for line in lines:
            heading = line.startswith("# ")
            escaped = line.removeprefix("# ").replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            text.append(b"/F1 %d Tf 0 -%d Td (%s) Tj" % (18 if heading else 10, 26, escaped.encode("latin-1")))
        text.append(b"ET")
        stream = b"\n".join(text)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    objects[2] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects[3] = b"<< /Title (%s) >>" % title.encode("latin-1")
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
