"""`hsc doctor`: silent about nothing, and each failed check comes with its mend."""

from typing import Any

from hsc.status.v1 import status_pb2


def mends(ran: Any) -> dict[str, str]:
    return {check["check"]: check["mend"] for check in ran.json if not check["passed"]}


async def test_a_sound_system_passes(hsc: Any) -> None:
    ran = await hsc("doctor")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "everything works")


async def test_nobody_there(hsc: Any) -> None:
    ran = await hsc("doctor", "--json", HSC_ADDRESS="127.0.0.1:1")
    assert ran.code == 1
    assert "make run" in mends(ran)["gateway"]


async def test_a_cluster_that_is_not_healthy(hsc: Any, system: Any) -> None:
    system.ready = 503
    assert list(mends(await hsc("doctor", "--json"))) == ["ready"]


async def test_a_service_that_does_not_serve(hsc: Any, system: Any) -> None:
    system.status.response.services.append(
        status_pb2.ServiceStatus(name="answer", serving=False, detail="no connection")
    )
    assert list(mends(await hsc("doctor", "--json"))) == ["service answer"]


async def test_a_queue_that_nobody_works_on(hsc: Any, system: Any) -> None:
    system.status.response.queue_depth = 4
    system.status.response.oldest_job_seconds = 4000
    assert "restart" in mends(await hsc("doctor", "--json"))["worker"]


async def test_jobs_that_were_given_up(hsc: Any, system: Any) -> None:
    system.status.response.dead_letters = 2
    assert "hsc jobs" in mends(await hsc("doctor", "--json"))["failed jobs"]


async def test_an_empty_catalogue(hsc: Any, system: Any) -> None:
    system.catalog.empty = True
    assert "hsc import" in mends(await hsc("doctor", "--json"))["catalogue"]


async def test_a_prediction_that_lags_behind_the_catalogue(hsc: Any, system: Any) -> None:
    system.prediction.wrong = True
    assert list(mends(await hsc("doctor", "--json"))) == ["prediction"]


async def test_a_token_of_another_stack(hsc: Any) -> None:
    ran = await hsc("doctor", "--json", HSC_ADMIN_TOKEN="of-another-stack")
    assert "HSC_ADMIN_TOKEN" in mends(ran)["admin"]


async def test_the_golden_question_is_typed_locked_and_answered_from_the_right_page(hsc: Any) -> None:
    ran = await hsc("doctor", "--golden")
    assert ran.code == 0, ran.out
    assert "page 17 is cited" in ran.out


async def test_a_golden_question_that_locks_another_product_fails(hsc: Any, system: Any) -> None:
    system.prediction.wrong = True
    ran = await hsc("doctor", "--golden", "--json")
    assert ran.code == 1
    assert "wrong product" in ran.json[0]["detail"]


async def test_a_golden_answer_from_another_page_fails(hsc: Any, system: Any) -> None:
    system.answer.page = 16
    assert list(mends(await hsc("doctor", "--golden", "--json"))) == ["golden: answer"]


async def test_a_catalogue_without_the_samples_says_how_to_get_them(hsc: Any, system: Any) -> None:
    system.catalog.empty = True
    assert "hsc import" in mends(await hsc("doctor", "--golden", "--json"))["golden"]
