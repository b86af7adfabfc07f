"""The laws of working time, for any office and any moment: they hold across every clock change."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.durations import Duration, Unit
from bot.domain.work_calendar import HoursOfDay, OfficeHours, WorkCalendar

unhurried = settings(deadline=None)  # a busy machine is no failure

# Many of the days drawn lie around Easter and the clock changes, where the mistakes are.
_HARD_DAYS = st.sampled_from(
    [date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 1), date(2026, 12, 23)]
)
_DAYS = _HARD_DAYS | st.dates(date(2024, 1, 1), date(2030, 12, 31))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    day = draw(_DAYS)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    # Often on a quarter of an hour, where the windows drawn below have their edges.
    quarters = st.integers(0, 3 * 96).map(lambda count: count * 900_000_000)
    return start + timedelta(microseconds=draw(quarters | st.integers(0, 3 * 86_400_000_000)))


@st.composite
def windows(draw: st.DrawFn) -> HoursOfDay:
    opens = draw(st.integers(0, 24 * 4 - 1))
    closes = draw(st.integers(opens + 1, 24 * 4))
    end = None if closes == 24 * 4 else time(closes // 4, closes % 4 * 15)
    return HoursOfDay(time(opens // 4, opens % 4 * 15), end)


calendars = st.builds(
    OfficeHours,
    time_zone=st.sampled_from(["Europe/Oslo", "Europe/London", "America/Sao_Paulo", "Asia/Tehran"]),
    allowed=windows(),
    staffed=st.sampled_from(["08:00-15:30", "00:00-24:00", "16:00-24:00", "00:00-08:00"]).map(
        HoursOfDay.parse
    )
    | windows(),
    working_days=st.frozensets(st.integers(0, 6), min_size=1),
    observes_holidays=st.booleans(),
    exceptions=st.dictionaries(_DAYS, st.none() | windows(), max_size=5),
).map(WorkCalendar)
spans = st.integers(0, 80 * 3_600_000_000).map(lambda count: timedelta(microseconds=count))


@unhurried
@given(calendars, moments(), spans)
def test_between_measures_what_was_added(
    calendar: WorkCalendar, at: datetime, span: timedelta
) -> None:
    added = calendar.add_working_time(at, span)

    assert calendar.working_time_between(at, added) == span


@unhurried
@given(calendars, moments(), st.integers(0, 60))
def test_minutes_between_are_the_hours_added(
    calendar: WorkCalendar, at: datetime, hours: int
) -> None:
    added = calendar.add(at, Duration(hours, Unit.WORKING_HOURS))

    assert calendar.working_minutes_between(at, added) == hours * 60


@unhurried
@given(calendars, moments(), spans)
def test_adding_lands_inside_staffed_hours(
    calendar: WorkCalendar, at: datetime, span: timedelta
) -> None:
    added = calendar.add_working_time(at, span)

    assert calendar.is_staffed(added)
    assert added >= at


@unhurried
@given(calendars, moments(), spans, spans)
def test_adding_in_two_parts_is_adding_at_once(
    calendar: WorkCalendar, at: datetime, first: timedelta, second: timedelta
) -> None:
    in_parts = calendar.add_working_time(calendar.add_working_time(at, first), second)

    assert in_parts == calendar.add_working_time(at, first + second)


@unhurried
@given(calendars, moments(), moments(), spans, spans)
def test_later_or_longer_is_never_earlier(
    calendar: WorkCalendar, a: datetime, b: datetime, short: timedelta, more: timedelta
) -> None:
    first, second = sorted((a, b))

    assert calendar.add_working_time(first, short) <= calendar.add_working_time(second, short)
    assert calendar.add_working_time(a, short) <= calendar.add_working_time(a, short + more)


@unhurried
@given(calendars, st.lists(moments(), min_size=3, max_size=3))
def test_parts_of_working_time_add_up_in_any_order(
    calendar: WorkCalendar, three: list[datetime]
) -> None:
    between = calendar.working_time_between
    a, b, c = three

    assert between(a, b) + between(b, c) == between(a, c)
    assert timedelta(0) <= abs(between(a, b)) <= abs(b - a)


@unhurried
@given(calendars, moments())
def test_the_next_staffed_moment_is_the_first_one(calendar: WorkCalendar, at: datetime) -> None:
    following = calendar.next_staffed(at)

    assert calendar.is_staffed(following)
    assert calendar.working_time_between(at, following) == timedelta(0)
    assert (following == at) is calendar.is_staffed(at)


@unhurried
@given(calendars, moments())
def test_allowed_moments_enclose_the_one_asked_about(calendar: WorkCalendar, at: datetime) -> None:
    last, following = calendar.last_allowed(at), calendar.next_allowed(at)

    assert last <= at <= following
    assert calendar.is_allowed(last)
    assert calendar.is_allowed(following)
    assert (following == at) is calendar.is_allowed(at)


@unhurried
@given(moments())
def test_an_office_round_the_clock_counts_elapsed_time(at: datetime) -> None:
    always = HoursOfDay.parse("00:00-24:00")
    calendar = WorkCalendar(
        OfficeHours(staffed=always, working_days=frozenset(range(7)), observes_holidays=False)
    )

    assert calendar.add(at, Duration(3, Unit.WORKING_DAYS)) == at + timedelta(hours=72)


@unhurried
@given(calendars, moments(), st.integers(0, 400))
def test_days_keep_the_wall_clock_where_it_exists(
    calendar: WorkCalendar, at: datetime, days: int
) -> None:
    wished = calendar.local(at).replace(tzinfo=None, fold=0) + timedelta(days=days)

    there = calendar.local(calendar.add(at, Duration(days, Unit.DAYS)))

    wall = there.replace(tzinfo=None, fold=0)
    in_the_gap = calendar.instant(wished.date(), wished.time()) == there and wall > wished
    assert wall == wished or in_the_gap
