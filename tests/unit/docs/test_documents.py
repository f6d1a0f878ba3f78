"""The documents: every link leads somewhere, every path is there, every promise has its check."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CAPITALS = sorted(path for path in (ROOT / "docs").glob("*.md") if path.stem.isupper())
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "runbooks").glob("*.md")])
SEED = {
    "ARCHITECTURE", "DEPLOYMENT_GUIDE", "DEPLOYMENT_CHECKLIST", "OPS_QUICK_REFERENCE", "PERFORMANCE_TUNING",
    "IMPLEMENTATION_SUMMARY", "ONBOARDING", "INCIDENT_RESPONSE",
}  # fmt: skip


@pytest.fixture(params=DOCUMENTS, ids=lambda each: str(each.relative_to(ROOT)))
def document(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def named_paths() -> list[str]:
    """What stands between backticks and begins like a folder of ours; `<…>` and `*` stand for any."""
    text = " ".join(each.read_text() for each in DOCUMENTS)
    found = re.findall(
        r"`((?:\.github|cli|compose|docs|gateway|k8s|libs|protos|scripts|services|tests|web)/[^`\s]+)`", text
    )
    return sorted({path.partition("::")[0] for path in found if not re.search(r"[<*…]", path)})


def test_the_set_is_whole() -> None:
    assert {path.stem for path in CAPITALS} >= SEED


def test_every_link_leads_somewhere(document: Path) -> None:
    for target, section in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", document.read_text()):
        found = document.parent / target if target else document
        assert found.exists(), target
        if section and found.suffix == ".md":
            assert section in anchors(found), f"{target}#{section}"


@pytest.mark.parametrize("path", named_paths())
def test_every_path_of_ours_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def promises() -> list[tuple[str, str]]:
    """What is promised, and each path that it names."""
    text = (ROOT / "docs" / "promises.md").read_text().partition("## Commands")[0]
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text)
    return [
        (promise, path)
        for promise, lives, guard in rows
        for path in re.findall(r"`([^`]+)`", f"{lives} {guard}")
    ]  # fmt: skip


@pytest.mark.parametrize(("promise", "path"), promises())
def test_a_promise_lives_where_it_says_and_its_check_is_there(promise: str, path: str) -> None:
    assert (ROOT / path).exists(), promise


def test_every_promise_is_guarded() -> None:
    text = (ROOT / "docs" / "promises.md").read_text().partition("## Commands")[0]
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text)
    for promise, _, guard in rows:
        assert promise in ("promise",) or re.search(r"test_|scripts/|workflows/|tests/(load|bench)", guard), promise
