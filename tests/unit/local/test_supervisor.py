import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest
from hsc_local.home import Home
from hsc_local.supervisor import Spec, StartFailed, Supervisor, end
from support.wait import until, until_sync

# Says when it is up, and leaves politely.
SERVE = "import pathlib, signal, sys; pathlib.Path(sys.argv[1]).write_text('up'); signal.pause()"
Start = Callable[[Spec], Awaitable[None]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.prepare()
    return made


@pytest.fixture
async def supervisor(home: Home) -> AsyncIterator[Supervisor]:
    made = Supervisor(home)
    yield made
    await made.stop()


def spec(name: str, mark: Path, code: str = SERVE, **options: object) -> Spec:
    async def ready() -> bool:
        return mark.exists()  # noqa: ASYNC240 a look, not a read

    return Spec(
        name=name,
        command=(sys.executable, "-c", code, str(mark)),
        ready=ready,
        environment=dict(os.environ),
        **options,  # type: ignore[arg-type]
    )


async def test_children_start_together_and_are_listed_with_their_processes(supervisor, home, tmp_path) -> None:
    await supervisor.start([spec("one", tmp_path / "1"), spec("two", tmp_path / "2")])
    await supervisor.until_ready()
    listed = home.listed_children()
    assert listed.keys() == {"one", "two"}
    assert all(psutil.pid_exists(int(child["pid"])) for child in listed.values())


async def test_stopping_leaves_no_process_and_no_list(supervisor, home, tmp_path) -> None:
    await supervisor.start([spec("one", tmp_path / "1")])
    await supervisor.until_ready()
    pid = supervisor.children["one"].process.pid
    await supervisor.stop()
    assert not psutil.pid_exists(pid)
    assert home.listed_children() == {}


async def test_a_child_that_dies_is_started_again_and_counted(supervisor, home, tmp_path) -> None:
    await supervisor.start([spec("one", tmp_path / "1")])
    await supervisor.until_ready()
    first = supervisor.children["one"].process.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: home.listed_children()["one"]["restarts"] == 1)
    assert home.listed_children()["one"]["pid"] != first


async def test_the_last_group_to_start_is_the_first_to_stop(supervisor, tmp_path) -> None:
    order = tmp_path / "order"
    code = (
        "import pathlib, signal, sys\n"
        "def bye(*_):\n"
        "    with open({order!r}, 'a') as file: file.write({name!r})\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, bye); pathlib.Path(sys.argv[1]).write_text('up'); signal.pause()"
    )
    for name in "ab":
        await supervisor.start([spec(name, tmp_path / name, code.format(order=str(order), name=name))])
    await supervisor.until_ready()
    await supervisor.stop()
    assert order.read_text() == "ba"


async def test_a_child_that_cannot_start_fails_with_the_end_of_its_log(supervisor, tmp_path) -> None:
    await supervisor.start([spec("one", tmp_path / "1", "import sys; sys.exit('no such setting')")])
    with pytest.raises(StartFailed, match=r"one ends with 1(.|\n)*no such setting"):
        await supervisor.until_ready()


async def test_a_child_that_dies_again_and_again_ends_what_needs_it(supervisor, tmp_path) -> None:
    async def ready() -> bool:
        return True

    dying = Spec("one", (sys.executable, "-c", "exit(1)"), ready, dict(os.environ))
    await supervisor.start([dying])
    with pytest.raises(StartFailed, match="one ends with 1"):
        await supervisor.during(asyncio.Event().wait())


async def test_after_the_start_a_child_may_die_as_often_as_it_likes(supervisor, home, tmp_path) -> None:
    await supervisor.start([spec("one", tmp_path / "1")])
    await supervisor.until_ready()
    supervisor.settle()
    for deaths in range(1, 4):
        os.kill(int(home.listed_children()["one"]["pid"]), signal.SIGKILL)
        await until(lambda deaths=deaths: home.listed_children()["one"]["restarts"] == deaths)


async def test_of_a_json_log_the_message_and_the_error_are_told(supervisor, tmp_path) -> None:
    line = {"level": "CRITICAL", "message": "the process ends", "exc_info": "Traceback\n  File x\nValueError: 7"}
    await supervisor.start([spec("one", tmp_path / "1", f"print({json.dumps(json.dumps(line))}); exit(2)")])
    with pytest.raises(StartFailed, match=r"ends with\n  the process ends: ValueError: 7$"):
        await supervisor.until_ready()


async def test_a_child_with_wrong_settings_is_not_tried_again(supervisor, tmp_path) -> None:
    await supervisor.start([spec("one", tmp_path / "1", "import sys; print('setting PORT: bad'); sys.exit(2)")])
    with pytest.raises(StartFailed, match="setting PORT: bad"):
        await supervisor.until_ready()
    assert supervisor.children["one"].restarts == 0


async def test_the_childs_own_children_go_with_it(supervisor, tmp_path) -> None:
    code = (
        "import subprocess, pathlib, signal, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "pathlib.Path(sys.argv[1] + '.part').write_text(str(child.pid))\n"
        "pathlib.Path(sys.argv[1] + '.part').rename(sys.argv[1])\n"
        "signal.pause()"
    )
    await supervisor.start([spec("one", tmp_path / "1", code)])
    await supervisor.until_ready()
    grandchild = int((tmp_path / "1").read_text())
    await supervisor.stop()
    await until(lambda: not psutil.pid_exists(grandchild) or psutil.Process(grandchild).status() == "zombie")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ties children to their parent on Linux only")
def test_children_end_with_a_supervisor_that_is_killed(tmp_path) -> None:
    code = f"""
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from hsc_local.home import Home
from hsc_local.supervisor import Spec, Supervisor

async def main():
    home = Home(Path({str(tmp_path)!r})); home.prepare()
    async def ready(): return True
    supervisor = Supervisor(home)
    command = (sys.executable, '-c', 'import signal; signal.pause()')
    await supervisor.start([Spec('one', command, ready, dict(os.environ))])
    print(supervisor.children['one'].process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    assert psutil.pid_exists(child)
    process.kill()
    process.wait()
    process.stdout.close()
    until_sync(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie")


def test_what_was_left_behind_is_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    end([psutil.Process(process.pid)])
    assert not psutil.pid_exists(process.pid)
    process.wait()


async def test_a_stopped_start_leaves_nothing(home, tmp_path) -> None:
    supervisor = Supervisor(home)
    await supervisor.start([spec("slow", tmp_path / "never", "import signal; signal.pause()")])
    waiting = asyncio.create_task(supervisor.until_ready())
    await asyncio.sleep(0)
    waiting.cancel()
    pid = supervisor.children["slow"].process.pid
    await supervisor.stop()
    assert not psutil.pid_exists(pid)
