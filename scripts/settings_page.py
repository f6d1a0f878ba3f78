"""Writes docs/settings.md from the settings classes: names, types, defaults, and the comments above them.

python scripts/settings_page.py            write it
python scripts/settings_page.py --check    fail when it is not what the classes say
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "settings.md"
CLASSES = {
    "Every server": "libs/rpc/hsc_rpc/settings.py",
    "catalog": "services/catalog/hsc_catalog/config.py",
    "prediction": "services/prediction/hsc_prediction/config.py",
    "answer": "services/answer/hsc_answer/config.py",
    "ingest and its worker": "services/ingest/hsc_ingest/config.py",
    "The door: wsbridge and Envoy (docs/security.md)": "libs/rpc/hsc_rpc/edge.py",
    "The door's TLS (docs/security.md)": "gateway/wsbridge/hsc_wsbridge/edge.py",
    "wsbridge": "gateway/wsbridge/hsc_wsbridge/config.py",
}
HEAD = """\
# Settings

Environment variables, checked at start: a missing or malformed one ends the service with a line that names it. This
page is made from the settings classes by `python scripts/settings_page.py`; `make check` holds it to them.

## The local stack and the command

| variable | default | |
|---|---|---|
| `HSC_HOME` | `.hsc` | where the local stack keeps its state; the `hsc` command finds ports and token there |
| `HSC_PORT` | `8000` | the gateway's port; with another one the other ports follow it, see `ports.json` in `HSC_HOME` |
| `HSC_ADDRESS` | from `ports.json` | the gateway for `hsc`: `HOST:PORT`, or `https://HOST` where it speaks TLS |
| `HSC_CA_FILE` | the public authorities | the certificates that `hsc` trusts then |
| `HSC_ADMIN_TOKEN` | made, mode 0600 | the admin's bearer token |
| `HSC_API_KEY`, `HSC_JWT` | – | what `hsc` shows where the door asks who calls |
"""


def fields(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, default and comment of each field of the file's settings class."""
    source = path.read_text()
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if not (isinstance(node, ast.ClassDef) and node.name.endswith("Settings")):
            continue
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                comment: list[str] = []
                above = field.lineno - 2
                while lines[above].strip().startswith("#"):
                    comment.insert(0, lines[above].strip().lstrip("# "))
                    above -= 1
                yield field.target.id, default_of(field.value), " ".join(comment)


def default_of(value: ast.expr | None) -> str:
    """Return the default as the environment would say it; a field without one is required."""
    if isinstance(value, ast.Call):
        value = value.args[0] if value.args else None
    if value is None:
        return "required"
    try:
        known = eval(compile(ast.Expression(value), "default", "eval"), {"__builtins__": {}})  # noqa: S307 our own source
    except NameError:
        return ast.unparse(value)
    return "–" if known in (None, "", ()) else f"`{known}`"


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for title, path in CLASSES.items():
        rows = [f"| `{name.upper()}` | {default} | {comment} |" for name, default, comment in fields(ROOT / path)]
        parts.append(f"\n## {title}\n\n| variable | default | |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def main() -> None:
    if "--check" not in sys.argv:
        PAGE.write_text(page())
    elif not PAGE.exists() or PAGE.read_text() != page():
        sys.exit("docs/settings.md is not what the settings say: run `python scripts/settings_page.py`")


if __name__ == "__main__":
    main()
