"""The command builds, says what it did, and refuses nonsense with the usage."""

from pathlib import Path

import pytest
from hsc_samples.__main__ import main


def test_it_builds_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--base-url", "http://localhost:1", str(tmp_path)]) == 0
    assert "files written, 0 up to date" in capsys.readouterr().out


def test_a_bad_base_url_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["build", "--base-url", "nonsense", str(tmp_path)])
    assert stopped.value.code == 2
    assert "base URL" in capsys.readouterr().err
