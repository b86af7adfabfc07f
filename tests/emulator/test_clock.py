"""The clock: it runs, is wound, follows local time, and does not go back."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.emulator.clock import ClockRefused, WindableClock, local_target, parse_instant
from tests.emulator.conftest import START
from tests.emulator_process import EmulatorControl


class Stopwatch:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_the_clock_runs_at_its_speed_and_goes_on_from_where_it_was_set() -> None:
    stopwatch = Stopwatch()
    clock = WindableClock(START, speed=2, monotonic=stopwatch)

    stopwatch.seconds += 10
    assert clock.now() == START + timedelta(seconds=20)
    clock.set_speed(0)
    stopwatch.seconds += 10
    assert clock.now() == START + timedelta(seconds=20)
    clock.set_to(START + timedelta(hours=1))
    assert clock.now() == START + timedelta(hours=1)
    with pytest.raises(ClockRefused):
        clock.set_to(START)
    clock.set_to(START, force=True)
    assert clock.now() == START


@pytest.mark.parametrize(
    ("now", "at", "days", "expected"),
    [
        pytest.param("2026-03-03T09:00Z", "08:00", 1, "2026-03-04T07:00Z", id="tomorrow"),
        pytest.param("2026-03-03T09:00Z", "08:00", 0, "2026-03-04T07:00Z", id="next, tomorrow"),
        pytest.param("2026-03-03T05:00Z", "08:00", 0, "2026-03-03T07:00Z", id="next, today"),
        pytest.param("2026-03-28T22:30Z", "08:00", 1, "2026-03-29T06:00Z", id="clocks go forward"),
        pytest.param("2026-10-24T20:00Z", "08:00", 1, "2026-10-25T07:00Z", id="clocks go back"),
    ],
)
def test_local_targets(now: str, at: str, days: int, expected: str) -> None:
    target = local_target(parse_instant(now), at=at, days=days, zone="Europe/Oslo")

    assert target == parse_instant(expected)


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(ClockRefused, match="needs a zone"):
        parse_instant("2026-03-03T09:00:00")


def test_the_application_reads_the_wound_clock(emulator: EmulatorControl) -> None:
    emulator.wind(advance_seconds=3600)

    assert emulator.http.get("/clock").json() == {"now": "2026-03-03T10:00:00Z"}
    emulator.wind(to_local="08:00", days=1)
    assert emulator.now() == datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    with pytest.raises(httpx.HTTPStatusError, match="never goes back"):
        emulator.wind_to(START)
    emulator.wind(to=START.isoformat(), force=True)
    assert emulator.now() == START
    assert emulator.wind(next_due=True)["moved"] is False
    with pytest.raises(httpx.HTTPStatusError, match="say advance_seconds"):
        emulator.wind()


def test_messages_carry_the_emulators_date(emulator: EmulatorControl, amina: int) -> None:
    emulator.wind_to(datetime(2026, 5, 17, 10, 0, tzinfo=UTC))

    assert emulator.text(amina, "Gratulerer")["at"] == "2026-05-17T10:00:00Z"
