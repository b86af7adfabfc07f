"""What takes long begins first, and no test is lost on the way."""

import pytest

from tests.order import dealt_out, is_long

LONG, SHORT = [f"long {n}" for n in range(5)], [f"short {n}" for n in range(13)]


def test_the_first_two_of_three_workers_begin_with_what_takes_long() -> None:
    order = dealt_out(LONG, SHORT, 3)

    stretches = order[:6], order[6:12], order[12:]
    assert [[name for name in one if name in LONG] for one in stretches] == [
        ["long 0", "long 2", "long 4"],
        ["long 1", "long 3"],
        [],
    ]


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
@pytest.mark.parametrize("long", [[], LONG, LONG * 9])
@pytest.mark.parametrize("short", [[], SHORT])
def test_every_test_is_there_once(long: list[str], short: list[str], workers: int) -> None:
    assert sorted(dealt_out(long, short, workers)) == sorted([*long, *short])


def test_stories_of_whole_programs_take_long() -> None:
    assert is_long("tests/journeys/test_kill.py::test_no_answer_is_lost[sqlite]")
    assert not is_long("tests/domain/test_budget.py::test_a_day")
