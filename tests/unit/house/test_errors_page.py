"""docs/errors.md knows every reason that the code can give, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
CODE = [ROOT / part for part in ("libs", "services", "gateway")]
# How a failure is made (hsc_rpc.errors), and which argument is its reason.
MAKERS = {"Failure": 1, "not_found": 0, "precondition": 0, "unavailable": 0, "exhausted": 0}
REASON = re.compile(r"[A-Z]+(_[A-Z]+)*")


def reasons_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = MAKERS.get(name)
            arguments = [*node.args[place : place + 1]] if place is not None else []
            arguments += [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
            yield from (a.value for a in arguments if isinstance(a, ast.Constant) and isinstance(a.value, str))
        elif isinstance(node, ast.ClassDef) and node.name == "Reason":
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
                    yield str(line.value.value)


def given() -> set[str]:
    found: set[str] = set()
    for folder in CODE:
        for path in folder.rglob("hsc_*/**/*.py"):
            found |= {reason for reason in reasons_in(path.read_text()) if REASON.fullmatch(reason)}
    return found


def written() -> set[str]:
    page = (ROOT / "docs" / "errors.md").read_text()
    rows = set(re.findall(r"^\| ([A-Z_]+) \|", page, re.MULTILINE))
    return rows | set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", page[page.index("A sentence of a model") :]))


def test_every_reason_the_code_gives_is_on_the_page() -> None:
    assert given() - written() - {"SUPPORTED"} == set()


def test_the_reasons_are_found_in_the_code_at_all() -> None:
    assert {"PRODUCT_UNKNOWN", "SCANNED", "TIMEOUT", "DRAINING"} <= given()
