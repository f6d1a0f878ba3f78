from hsc_ingest.flows.jobs import JobPolicy


def test_each_retry_waits_longer_and_none_longer_than_the_longest() -> None:
    policy = JobPolicy(first_retry_s=1, longest_retry_s=60)
    for attempt, around in ((1, 1), (2, 5), (3, 25), (4, 60), (50, 60)):
        assert around * 0.75 <= policy.backoff(attempt) <= around * 1.25


def test_a_crowd_does_not_come_back_at_once() -> None:
    policy = JobPolicy()
    assert len({policy.backoff(2) for _ in range(100)}) > 90
