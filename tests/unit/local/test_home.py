import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from hsc_local.home import AlreadyRunning, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "hsc")
    made.prepare()
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_it_keeps_is_for_its_owner(home: Home) -> None:
    assert mode(home.root) == 0o711
    assert {mode(folder) for folder in (home.logs, home.blobs, home.samples)} == {0o700}


def test_a_token_is_made_once_and_kept_private(home: Home) -> None:
    token = home.admin_token({})
    assert len(token) >= 32
    assert home.admin_token({}) == token
    assert mode(home.root / "admin-token") == 0o600


def test_a_given_token_is_in_force_and_in_the_file(home: Home) -> None:
    home.admin_token({})
    assert home.admin_token({"HSC_ADMIN_TOKEN": "mine"}) == "mine"
    assert (home.root / "admin-token").read_text() == "mine\n"
    assert mode(home.root / "admin-token") == 0o600


def test_a_home_has_one_supervisor_at_a_time(home: Home) -> None:
    with home.locked() as stale:
        assert not stale
        assert home.is_locked()
        assert home.holder() == os.getpid()
        with (
            pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}.*down.*HSC_HOME"),
            Home(home.root).locked(),
        ):
            pass
    assert not home.is_locked()


def test_the_lock_of_a_dead_supervisor_is_taken_over(home: Home) -> None:
    code = (
        "import os; from pathlib import Path; from hsc_local.home import Home\n"
        f"with Home(Path({str(home.root)!r})).locked(): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert home.holder()
    assert not home.is_locked()
    with home.locked() as stale:
        assert stale


def test_a_reused_process_id_is_not_a_leftover(home: Home) -> None:
    created = psutil.Process().create_time()
    home.children.write_text(json.dumps({"a": {"pid": os.getpid(), "created": created - 100, "restarts": 0}}))
    assert home.leftovers() == []
    home.children.write_text(json.dumps({"a": {"pid": os.getpid(), "created": created, "restarts": 0}}))
    assert [process.pid for process in home.leftovers()] == [os.getpid()]
