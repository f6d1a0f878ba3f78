"""Sets the manuals and writes the catalogues, and leaves alone what has not changed since the last time."""

import hashlib
import importlib.metadata
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
CATALOGS = ROOT / "catalogs"
MANUALS = ROOT / "manuals"
ATTACHMENTS = ROOT / "attachments.json"
QUESTIONS = ROOT / "questions.json"

HOUSE_STYLE = MANUALS / "house.typ"
# A fixed date in the PDFs: the same text gives the same bytes, so a manual's hash means its content.
SET_ON = datetime(2026, 1, 1, tzinfo=UTC)
_FONTS = ("FiraGO_Regular", "FiraGO_Bold", "FiraGO_Italic", "FiraGO_BoldItalic", "NotoSansSymbols2_Regular")


@dataclass
class Report:
    """What a build did: the files written, and how many were up to date already (paths below OUT)."""

    written: list[str] = field(default_factory=list)
    kept: int = 0


def build(out: Path, base_url: str) -> Report:
    """Write OUT/manuals/*.pdf|html, OUT/catalogs/*.json and OUT/attachments.json.

    `base_url` is where OUT will be served: the manuals of the invented brand carry URLs below it.
    Raises ValueError when `base_url` is not an http, https or file URL.
    """
    if urlsplit(base_url).scheme not in ("http", "https", "file"):
        raise ValueError(f"the base URL must begin with http:, https: or file:, not {base_url!r}")
    report = Report()
    _build_manuals(out, report)
    for source in sorted(CATALOGS.glob("*.json")):
        catalog = json.loads(source.read_bytes())
        for product in catalog["products"]:
            _make_absolute(product.get("documentation") or {}, base_url)
        _write(out, f"catalogs/{source.name}", _to_json(catalog), report)
    attachments = json.loads(ATTACHMENTS.read_bytes())
    for document in attachments:
        _make_absolute(document, base_url)
    _write(out, "attachments.json", _to_json(attachments), report)
    return report


def manual_sources() -> list[Path]:
    """The manuals as text: Typst sources, and HTML pages that are served as they are."""
    return sorted({*MANUALS.glob("*.typ"), *MANUALS.glob("*.html")} - {HOUSE_STYLE})


def _build_manuals(out: Path, report: Report) -> None:
    stamp_file = out / ".built.json"
    built: dict[str, str] = json.loads(stamp_file.read_bytes()) if stamp_file.exists() else {}
    sources = {_target(source): source for source in manual_sources()}
    stamps = {target: _fingerprint(source) for target, source in sources.items()}
    stale = [t for t in sources if built.get(t) != stamps[t] or not (out / t).is_file()]
    report.kept += len(sources) - len(stale)
    for target, data in _typeset({target: sources[target] for target in stale}):
        _write(out, target, data, report)
    for gone in built.keys() - sources.keys():
        (out / gone).unlink(missing_ok=True)
    if stale or built.keys() != stamps.keys():
        _write(out, stamp_file.name, _to_json(stamps), Report())


def _target(source: Path) -> str:
    return f"manuals/{source.stem}.html" if source.suffix == ".html" else f"manuals/{source.stem}.pdf"


def _fingerprint(source: Path) -> str:
    digest = hashlib.sha256(source.read_bytes())
    if source.suffix == ".typ":
        digest.update(HOUSE_STYLE.read_bytes())
        for package in ("typst", "pymupdf-fonts"):
            digest.update(importlib.metadata.version(package).encode())
    return digest.hexdigest()


def _typeset(sources: dict[str, Path]) -> Iterator[tuple[str, bytes]]:
    yield from ((target, source.read_bytes()) for target, source in sources.items() if source.suffix == ".html")
    texts = {target: source for target, source in sources.items() if source.suffix == ".typ"}
    if not texts:
        return
    import typst  # here and not above: a run that finds everything up to date does not pay for it

    with tempfile.TemporaryDirectory() as fonts:
        _unpack_fonts(Path(fonts))
        compiler = typst.Compiler(root=MANUALS, font_paths=[fonts], ignore_system_fonts=True)
        for target, source in texts.items():
            # Without tags: hardly any maker's manual has them, and readers must not rely on them.
            pdf = compiler.compile(source, format="pdf", timestamp=SET_ON, pdf_tags=False)
            assert isinstance(pdf, bytes)
            yield target, pdf


def _unpack_fonts(folder: Path) -> None:
    for name in _FONTS:
        font = importlib.import_module(f"pymupdf_fonts.{name}")
        (folder / f"{name}.ttf").write_bytes(font.fontbuffer)


def _make_absolute(document: dict[str, Any], base_url: str) -> None:
    for key in ("url", "backup_url"):
        url = document.get(key)
        if url and not urlsplit(url).scheme:
            document[key] = f"{base_url.rstrip('/')}/{url}"


def _to_json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _write(out: Path, name: str, data: bytes, report: Report) -> None:
    path = out / name
    if path.is_file() and path.read_bytes() == data:
        report.kept += 1
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the file and then renamed: a server that reads it meanwhile sees the old or the new one, whole.
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(data)
    draft.replace(path)
    report.written.append(name)
