"""The even pace of one bot, on a monotonic clock that a test moves."""

import pytest

from bot.delivery.pacing import Pace


class Monotonic:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Monotonic:
    return Monotonic()


def _sent_within(pace: Pace, clock: Monotonic, *, seconds: float, step: float = 0.01) -> int:
    """How many go when a sender takes all it may, as often as it can."""
    sent = 0
    for _ in range(round(seconds / step)):
        room = pace.available()
        pace.take(room)
        sent += room
        clock.seconds += step
    return sent


def test_no_second_holds_much_more_than_the_rate(clock: Monotonic) -> None:
    pace = Pace(25, monotonic=clock)

    first = _sent_within(pace, clock, seconds=1)
    second = _sent_within(pace, clock, seconds=1)

    assert first <= 30
    assert 24 <= second <= 26


def test_a_long_rest_saves_up_no_burst(clock: Monotonic) -> None:
    pace = Pace(25, monotonic=clock)
    clock.seconds += 3600

    at_once = pace.available()

    assert at_once == 5


def test_a_slow_rate_still_lets_one_go(clock: Monotonic) -> None:
    pace = Pace(0.5, monotonic=clock)

    pace.take(1)
    at_once, wait = pace.available(), pace.wait_s()
    clock.seconds += 2

    assert at_once == 0
    assert wait == pytest.approx(2)
    assert pace.available() == 1


def test_no_wait_while_there_is_room(clock: Monotonic) -> None:
    assert Pace(25, monotonic=clock).wait_s() == 0


def test_who_takes_over_lets_the_former_ones_second_pass(clock: Monotonic) -> None:
    new = Pace(25, monotonic=clock)

    new.spend(0.6)
    meanwhile = _sent_within(new, clock, seconds=0.6)
    afterwards = _sent_within(new, clock, seconds=1)

    assert meanwhile == 0
    assert 24 <= afterwards <= 26
