"""`hsc maintain`: housekeeping now, or only said."""

from typing import Any

from hsc.ingest.v1 import ingest_pb2


async def test_a_dry_run_says_what_would_be_done(hsc: Any, system: Any) -> None:
    ran = await hsc("maintain", "remove-blobs", "--dry-run")
    assert ran.code == 0
    assert ran.out.splitlines() == ["remove-blobs: 2, 30,000 bytes (nothing was done: --dry-run)", "  f00d"]
    [request] = system.ingest.maintained
    assert (request.task, request.dry_run) == (ingest_pb2.MAINTENANCE_TASK_REMOVE_BLOBS, True)


async def test_a_task_is_done_when_it_is_named(hsc: Any, system: Any) -> None:
    assert (await hsc("maintain", "recheck-manuals")).code == 0
    [request] = system.ingest.maintained
    assert (request.task, request.dry_run) == (ingest_pb2.MAINTENANCE_TASK_RECHECK_MANUALS, False)


async def test_maintaining_needs_the_admin(hsc: Any, system: Any) -> None:
    assert (await hsc("maintain", "remove-jobs", HSC_ADMIN_TOKEN="")).code == 5
    assert system.ingest.maintained == []
