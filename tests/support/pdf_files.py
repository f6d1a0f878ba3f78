"""PDF files made by the tests: a few objects written out by hand, sound or broken on purpose."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def line(text: str, x: float, y: float, size: float = 10, font: str = "F1", extra: str = "") -> str:
    """One line of text: `y` counts from the bottom of the page. Fonts: F1 regular, F2 bold, F3 typewriter."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT {extra} /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET\n"


def paragraph(lines: Sequence[str], x: float, y: float, size: float = 10, leading: float = 12) -> str:
    return "".join(line(text, x, y - i * leading, size) for i, text in enumerate(lines))


@dataclass
class PdfFile:
    """Pages as content streams; `bookmarks` are (title, page from 0, y) below each other."""

    pages: list[str] = field(default_factory=list)
    bookmarks: list[tuple[str, int, float]] = field(default_factory=list)
    title: str = ""
    page_extra: str = ""
    catalog_extra: str = ""
    compress: bool = False
    width: int = 595
    height: int = 842

    def objects(self) -> list[bytes]:
        """Bodies of the objects 1, 2, …: catalogue, page tree, info, fonts, pages and their streams, bookmarks."""
        fonts = ["Helvetica", "Helvetica-Bold", "Courier"]
        first_page = 4 + len(fonts)
        kids = " ".join(f"{first_page + 2 * i} 0 R" for i in range(len(self.pages)))
        marks = first_page + 2 * len(self.pages)
        outlines = f"/Outlines {marks} 0 R" if self.bookmarks else ""
        bodies = [
            f"<< /Type /Catalog /Pages 2 0 R {outlines} {self.catalog_extra} >>".encode(),
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self.pages)} >>".encode(),
            f"<< /Title ({self.title}) >>".encode(),
        ]
        bodies += [
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode() for name in fonts
        ]
        resources = "/Resources << /Font << " + " ".join(f"/F{i + 1} {4 + i} 0 R" for i in range(3)) + " >> >>"
        for i, content in enumerate(self.pages):
            box = f"/MediaBox [0 0 {self.width} {self.height}]"
            bodies.append(
                f"<< /Type /Page /Parent 2 0 R {box} {resources} {self.page_extra} "
                f"/Contents {first_page + 2 * i + 1} 0 R >>".encode()
            )
            stream = content.encode("cp1252")
            coding = ""
            if self.compress:
                stream, coding = zlib.compress(stream), "/Filter /FlateDecode"
            bodies.append(f"<< /Length {len(stream)} {coding} >>\nstream\n".encode() + stream + b"\nendstream")
        if self.bookmarks:
            last = marks + len(self.bookmarks)
            bodies.append(f"<< /First {marks + 1} 0 R /Last {last} 0 R /Count {len(self.bookmarks)} >>".encode())
            for i, (title, page, y) in enumerate(self.bookmarks):
                following = f"/Next {marks + 2 + i} 0 R" if i + 1 < len(self.bookmarks) else ""
                bodies.append(
                    f"<< /Title ({title}) /Parent {marks} 0 R {following} "
                    f"/Dest [{first_page + 2 * page} 0 R /XYZ 0 {y} 0] >>".encode()
                )
        return bodies

    def data(self) -> bytes:
        return assemble(self.objects())

    def encrypted(self, user: str) -> bytes:
        """With the standard handler of PDF 1.1 (RC4, 40 bits); an empty `user` password opens it for everybody."""
        bodies = self.objects()
        identity = b"0123456789abcdef"
        padded = (user.encode() + _PAD)[:32]
        owner = _rc4(hashlib.md5((b"owner" + _PAD)[:32]).digest()[:5], padded)
        key = hashlib.md5(padded + owner + (-4 & 0xFFFFFFFF).to_bytes(4, "little") + identity).digest()[:5]
        protected = []
        for number, body in enumerate(bodies, 1):
            head, mark, rest = body.partition(b"stream\n")
            if mark:
                stream = rest.removesuffix(b"\nendstream")
                own = hashlib.md5(key + number.to_bytes(3, "little") + b"\x00\x00").digest()[:10]
                body = head + mark + _rc4(own, stream) + b"\nendstream"
            protected.append(body)
        handler = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{owner.hex()}> /U <{_rc4(key, _PAD).hex()}> >>".encode()
        trailer = f"/Encrypt {len(bodies) + 1} 0 R /ID [<{identity.hex()}> <{identity.hex()}>]"
        return assemble([*protected, handler], trailer)


def assemble(bodies: Sequence[bytes], trailer: str = "", info: bool = True) -> bytes:
    """Objects with their cross-reference table and trailer; object 1 is the catalogue."""
    data = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(data)
    data += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    entry = "/Info 3 0 R" if info else ""
    data += (
        f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R {entry} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(data)


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)
