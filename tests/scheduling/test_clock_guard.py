"""Which readings of the machine's clock our own initiative may act on."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.scheduling.clock import DeclaredClock, MachineClock
from bot.scheduling.clock_guard import DISTRUST_FOR_S, ClockGuard, ClockState

START = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def judge(guard: ClockGuard, *readings: tuple[float, float]) -> list[ClockState]:
    """Each reading is (seconds of the wall clock, seconds of the monotonic clock) since START."""
    return [guard.judge(START + timedelta(seconds=wall), mono) for wall, mono in readings]


def test_a_clock_that_goes_evenly_is_trusted() -> None:
    states = judge(ClockGuard(), *((float(n), float(n)) for n in range(1000)))

    assert set(states) == {ClockState.TRUSTED}


def test_a_clock_behind_what_was_seen_before_the_restart_holds_until_it_has_caught_up() -> None:
    guard = ClockGuard(highest=START + timedelta(hours=1))

    states = judge(guard, (0, 0), (3000, 3000), (3594, 3594), (3596, 3596), (3600, 3600))

    assert states == [
        ClockState.BEHIND,
        ClockState.BEHIND,
        ClockState.BEHIND,
        ClockState.TRUSTED,
        ClockState.TRUSTED,
    ]


@pytest.mark.parametrize("back", [-3600, -86_400, -6])
def test_a_clock_set_back_holds(back: float) -> None:
    states = judge(ClockGuard(), (0, 0), (back, 1))

    assert states == [ClockState.TRUSTED, ClockState.BEHIND]


def test_a_few_seconds_back_are_no_matter() -> None:
    assert judge(ClockGuard(), (0, 0), (-4, 1)) == [ClockState.TRUSTED] * 2


@pytest.mark.parametrize("jump", [301.5, 3600, 86_400])
def test_a_jump_forward_holds_for_ten_minutes_and_is_then_believed(jump: float) -> None:
    guard = ClockGuard()

    states = judge(
        guard,
        (0, 0),
        (jump, 1),
        (jump + 100, 101),
        (jump + DISTRUST_FOR_S - 1, DISTRUST_FOR_S),
        (jump + DISTRUST_FOR_S + 1, DISTRUST_FOR_S + 2),
    )

    assert states == [ClockState.TRUSTED, *[ClockState.JUMPED] * 3, ClockState.TRUSTED]


def test_a_jump_that_is_mended_leaves_no_wrong_highest_moment_behind() -> None:
    guard = ClockGuard()
    judge(guard, (0, 0), (86_400, 1), (86_460, 61))

    after = judge(guard, (62, 62), (DISTRUST_FOR_S + 2, DISTRUST_FOR_S + 2))

    assert guard.highest == START + timedelta(seconds=DISTRUST_FOR_S + 2)
    assert after[-1] is ClockState.TRUSTED


@pytest.mark.parametrize("back_to", [20.0, 18.0, 200.0])
def test_a_clock_that_is_put_right_again_is_trusted_at_once(back_to: float) -> None:
    states = judge(ClockGuard(), (0, 0), (86_400, 1), (86_410, 11), (back_to, 20), (21, 21))

    assert states == [
        ClockState.TRUSTED,
        *[ClockState.JUMPED] * 2,
        ClockState.TRUSTED,
        ClockState.TRUSTED if back_to <= 26 else ClockState.BEHIND,
    ]


def test_a_clock_that_comes_back_only_part_of_the_way_stays_distrusted() -> None:
    states = judge(ClockGuard(), (0, 0), (86_400, 1), (3600, 20))

    assert states == [ClockState.TRUSTED, ClockState.JUMPED, ClockState.JUMPED]


def test_a_program_that_stood_still_did_not_jump() -> None:
    states = judge(ClockGuard(), (0, 0), (4000, 4000))

    assert states == [ClockState.TRUSTED, ClockState.TRUSTED]


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), id="clocks go forward"),
        pytest.param(datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), id="clocks go back"),
    ],
)
def test_the_change_to_and_from_summer_time_is_no_jump(at: datetime) -> None:
    guard = ClockGuard()

    states = [guard.judge(at + timedelta(seconds=n), float(n)) for n in range(5)]

    assert set(states) == {ClockState.TRUSTED}


def test_a_declared_clock_never_goes_back() -> None:
    clock = DeclaredClock(START)

    clock.advance_to(START + timedelta(hours=1))
    clock.advance_to(START)

    assert clock.now() == START + timedelta(hours=1)
    assert clock.is_declared
    assert not MachineClock().is_declared
    assert MachineClock().now().utcoffset() == timedelta(0)
