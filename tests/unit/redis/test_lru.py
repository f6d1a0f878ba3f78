from hsc_redis.lru import OVERHEAD, BoundedLru
from hypothesis import given
from hypothesis import strategies as st

KEYS = st.sampled_from("abcdef")


def test_the_value_used_longest_ago_leaves_first() -> None:
    lru = BoundedLru(max_bytes=2 * (OVERHEAD + 4 + 10))
    lru.put("a", b"x" * 10, until=1)
    lru.put("b", b"x" * 10, until=1)
    lru.get("a", now=0)
    assert lru.put("c", b"x" * 10, until=1) == 1
    assert [lru.get(key, now=0) is not None for key in "abc"] == [True, False, True]


def test_a_value_leaves_when_its_time_is_over() -> None:
    lru = BoundedLru(max_bytes=10_000)
    lru.put("a", b"x", until=5)
    assert lru.get("a", now=4.9) == b"x"
    assert lru.get("a", now=5) is None
    assert lru.bytes == 0


def test_a_value_that_outweighs_the_map_pushes_nothing_out() -> None:
    lru = BoundedLru(max_bytes=OVERHEAD + 100)
    lru.put("a", b"x", until=1)
    assert lru.put("b", b"x" * 1000, until=1) == 0
    assert lru.get("a", now=0) == b"x"


@given(st.lists(st.tuples(KEYS, st.binary(max_size=300), st.booleans())))
def test_it_never_weighs_more_than_allowed_and_never_lies(steps: list[tuple[str, bytes, bool]]) -> None:
    lru = BoundedLru(max_bytes=800)
    said: dict[str, bytes] = {}
    for key, value, remove in steps:
        if remove:
            lru.remove(key)
            said.pop(key, None)
        else:
            lru.put(key, value, until=1)
            said[key] = value
        assert 0 <= lru.bytes <= 800
        assert all(lru.get(name, now=0) in (None, said.get(name)) for name in "abcdef")
    for key in "abcdef":
        lru.remove(key)
    assert lru.bytes == 0
