"""What an office can set about its own time."""

import json
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import BadSetting
from bot.domain.half_days import suggested_exceptions
from bot.domain.office_hours import HoursOfDay, OfficeHours

unhurried = settings(deadline=None)  # a busy machine is no failure

HALF_DAY = HoursOfDay(time(8), time(12))
CHRISTMAS_EVE = date(2026, 12, 24)


@st.composite
def windows(draw: st.DrawFn) -> HoursOfDay:
    opens = draw(st.integers(0, 24 * 60 - 1))
    closes = draw(st.integers(opens + 1, 24 * 60))
    end = None if closes == 24 * 60 else time(closes // 60, closes % 60)
    return HoursOfDay(time(opens // 60, opens % 60), end)


office_hours = st.builds(
    OfficeHours,
    time_zone=st.sampled_from(["Europe/Oslo", "UTC", "America/New_York"]),
    allowed=windows(),
    staffed=windows(),
    working_days=st.frozensets(st.integers(0, 6)),
    observes_holidays=st.booleans(),
    exceptions=st.dictionaries(
        st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.none() | windows(), max_size=4
    ),
    digest_at=st.none() | st.times().map(lambda wall: wall.replace(microsecond=0)),
)


@unhurried
@given(windows())
def test_hours_of_a_day_round_trip(window: HoursOfDay) -> None:
    assert HoursOfDay.parse(str(window)) == window


@pytest.mark.parametrize(
    ("text", "expected", "length"),
    [
        pytest.param(
            "08:00-15:30",
            HoursOfDay(time(8), time(15, 30)),
            timedelta(hours=7.5),
            id="an ordinary day",
        ),
        pytest.param(
            "8:00 – 12:00", HALF_DAY, timedelta(hours=4), id="as people write it on paper"
        ),
        pytest.param(
            "00:00-24:00", HoursOfDay(time(0), None), timedelta(hours=24), id="round the clock"
        ),
        pytest.param(
            "16:00-24:00", HoursOfDay(time(16), None), timedelta(hours=8), id="until midnight"
        ),
    ],
)
def test_hours_of_a_day_are_read(text: str, expected: HoursOfDay, length: timedelta) -> None:
    window = HoursOfDay.parse(text)

    assert window == expected
    assert window.length == length


@pytest.mark.parametrize(
    "text",
    ["", "08:00", "08-15", "08:00-25:00", "15:00-08:00", "08:00-08:00", "24:00-24:00", "a-b"],
)
def test_what_are_no_hours_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="08:00-15:30"):
        HoursOfDay.parse(text)


@unhurried
@given(office_hours)
def test_office_hours_round_trip_through_json(hours: OfficeHours) -> None:
    stored = json.dumps(hours.to_json())

    assert OfficeHours.from_json(json.loads(stored)) == hours


def test_missing_keys_have_their_defaults() -> None:
    assert OfficeHours.from_json({}) == OfficeHours()


@pytest.mark.parametrize(
    "mapping",
    [
        pytest.param({"lunch": "11:00-11:30"}, id="unknown key"),
        pytest.param({"exception": "2026-12-24=closed"}, id="a setting's name instead of the key"),
        pytest.param({"exceptions": "closed"}, id="exceptions of the wrong shape"),
        pytest.param({"working_days": 5}, id="working days as a number"),
        pytest.param({"working_days": ["moonday"]}, id="unknown day"),
        pytest.param({"digest_at": 9}, id="a number"),
        pytest.param({"exceptions": {"24 December": "closed"}}, id="a date in words"),
    ],
)
def test_wrong_json_is_refused_naming_the_key(mapping: dict[str, object]) -> None:
    with pytest.raises(BadSetting) as refused:
        OfficeHours.from_json(mapping)

    assert next(iter(mapping)).removesuffix("s") in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("time_zone", "Europe/London", OfficeHours(time_zone="Europe/London")),
        (
            "allowed_hours",
            "00:00-24:00",
            OfficeHours(allowed=HoursOfDay(time(0), None)),
        ),
        ("staffed_hours", "08:00-12:00", OfficeHours(staffed=HALF_DAY)),
        ("working_days", "mon-sun", OfficeHours(working_days=frozenset(range(7)))),
        ("working_days", "Mon, wed,fri", OfficeHours(working_days=frozenset({0, 2, 4}))),
        ("working_days", "mon-tue,sat", OfficeHours(working_days=frozenset({0, 1, 5}))),
        ("holidays", "none", OfficeHours(observes_holidays=False)),
        ("holidays", "norway", OfficeHours()),
        ("exception", "2026-12-24=closed", OfficeHours(exceptions={CHRISTMAS_EVE: None})),
        (
            "exception",
            "2026-12-24=08:00-12:00",
            OfficeHours(exceptions={CHRISTMAS_EVE: HALF_DAY}),
        ),
        ("exception", "2026-12-24=ordinary", OfficeHours()),
        ("digest_at", "07:45", OfficeHours(digest_at=time(7, 45))),
        ("digest_at", "off", OfficeHours(digest_at=None)),
    ],
)
def test_every_setting_can_be_set(name: str, text: str, expected: OfficeHours) -> None:
    assert OfficeHours().set(name, text) == expected


def test_ordinary_takes_one_exception_away_and_keeps_the_others() -> None:
    hours = OfficeHours().set("exception", "2026-12-24=closed")
    hours = hours.set("exception", "2026-12-31=08:00-12:00")

    hours = hours.set("exception", "2026-12-24=ordinary")

    assert hours.exceptions == {date(2026, 12, 31): HALF_DAY}


@pytest.mark.parametrize(
    ("name", "text", "example"),
    [
        ("time_zone", "Oslo", "Europe/Oslo"),
        ("time_zone", "Europe", "Europe/Oslo"),
        ("time_zone", "", "Europe/Oslo"),
        ("time_zone", "../etc/passwd", "Europe/Oslo"),
        ("allowed_hours", "always", "08:00-21:00"),
        ("staffed_hours", "15:30-08:00", "08:00-15:30"),
        ("working_days", "", "mon-fri"),
        ("working_days", "fri-mon", "mon-fri"),
        ("working_days", "weekdays", "mon-fri"),
        ("holidays", "sweden", "norway"),
        ("exception", "2026-12-24", "2026-12-24=closed"),
        ("exception", "2026-02-30=closed", "2026-12-24=closed"),
        ("exception", "2026-12-24=half", "2026-12-24=closed"),
        ("digest_at", "nine", "09:00"),
        ("digest_at", "24:00", "09:00"),
    ],
)
def test_a_wrong_value_is_refused_with_setting_value_and_example(
    name: str, text: str, example: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        OfficeHours().set(name, text)

    assert str(refused.value).startswith(f'{name} cannot be "{text}"')
    assert example in str(refused.value)


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadSetting, match="staffed_hours"):
        OfficeHours().set("opening_hours", "08:00-15:30")


def test_days_outside_a_week_are_refused() -> None:
    with pytest.raises(BadSetting, match="working_days"):
        OfficeHours(working_days=frozenset({7}))


def test_later_changes_to_the_callers_mapping_change_nothing() -> None:
    exceptions: dict[date, HoursOfDay | None] = {CHRISTMAS_EVE: None}
    hours = OfficeHours(exceptions=exceptions)

    exceptions.clear()

    assert hours.exceptions == {CHRISTMAS_EVE: None}


def test_half_days_are_suggested_and_not_applied() -> None:
    suggested = suggested_exceptions(2026)

    assert suggested == {
        date(2026, 4, 1): HALF_DAY,
        date(2026, 12, 24): HALF_DAY,
        date(2026, 12, 31): HALF_DAY,
    }
    assert OfficeHours().exceptions == {}


def test_a_half_day_on_a_weekend_is_not_suggested() -> None:
    # 24 and 31 December 2028 are Sundays: an exception would open the office.
    assert suggested_exceptions(2028) == {date(2028, 4, 12): HALF_DAY}
