from hsc_wsbridge.seats import Seats


def test_a_holder_gets_no_more_than_its_share() -> None:
    seats = Seats(total=10, per_holder=2)
    assert seats.take("a")
    assert seats.take("a")
    assert not seats.take("a")
    assert seats.take("b")


def test_the_house_has_a_last_seat() -> None:
    seats = Seats(total=2, per_holder=2)
    assert seats.take("a")
    assert seats.take("b")
    assert not seats.take("c")


def test_a_seat_that_is_left_can_be_taken_again() -> None:
    seats = Seats(total=1, per_holder=1)
    assert seats.take("a")
    seats.leave("a")
    assert seats.taken == 0
    assert seats.take("b")
