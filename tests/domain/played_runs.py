"""Rows of inputs drawn at random, and a run played with them as a host would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.domain import engine
from bot.domain.flows import Flow, RunState, RunStatus
from bot.domain.profile import Profile, profile_after
from bot.domain.run_events import (
    Ask,
    AskAgain,
    Buttons,
    Choice,
    OtherMedia,
    Redraw,
    RunEvent,
    RunInput,
    Start,
    Text,
    Wake,
)
from bot.domain.surroundings import SessionTime, Surroundings
from bot.domain.work_calendar import OfficeHours, WorkCalendar
from tests.domain.flow_strategies import MODULES, OPTIONS

BEGIN = datetime(2026, 3, 20, 12, tzinfo=UTC)
OSLO = WorkCalendar(OfficeHours())
NEVER = -1  # an instance no question has


@dataclass(frozen=True)
class Turn:
    """What happens next: an input, some hours later, perhaps after the sessions were planned anew.

    A choice carries its distance from the newest question: 0 is the open one.
    """

    given: RunInput | Fitting
    hours: int
    session_hours: tuple[int, ...] | None
    modules_done: frozenset[str]


@dataclass(frozen=True)
class Played:
    """One input as it was played: before, input, moment, surroundings, after, events."""

    before: RunState
    given: RunInput
    now: datetime
    around: Surroundings
    after: RunState
    events: tuple[RunEvent, ...]

    @property
    def profile_after(self) -> Profile:
        profile = self.around.profile
        for event in self.events:
            profile = profile_after(profile, event)
        return profile

    @property
    def around_after(self) -> Surroundings:
        return Surroundings(
            OSLO, self.profile_after, self.around.sessions, self.around.modules_done
        )

    def then(self, flow: Flow, given: RunInput) -> tuple[RunState, tuple[RunEvent, ...]]:
        """What `given` would do at the same moment, right after."""
        return engine.step(self.after, flow, given, self.now, around=self.around_after)


@dataclass(frozen=True)
class Fitting:
    """Whatever leads on from where the run stands: a button, words, a file, or a wake."""

    way: int


GENERAL = ("skip", "done", "start_over")
taps = st.builds(
    Choice,
    st.just(0),
    st.sampled_from([*OPTIONS, *GENERAL, "4", "2026-03-23", "unheard_of"]),
)
late_taps = st.builds(
    Choice, st.sampled_from([1, 2, NEVER]), st.sampled_from([*OPTIONS, *GENERAL, "4"])
)
TYPED = (
    "1",
    "2",
    "9",
    " ",
    "",
    "3 1 2",
    "1, 2",
    "1 200,50",
    "-7",
    "i morgen",
    "31/12",
    "29.2.2024",
)
words = st.builds(Text, st.one_of(st.sampled_from(TYPED), st.text(max_size=30)))
misfits = st.builds(Text, st.sampled_from(["", "nine", "a text longer than any step allows"]))
media = st.builds(
    OtherMedia,
    st.sampled_from(["voice", "photo", "document", "sticker"]),
    st.sampled_from(["", "AgAC"]),
    st.sampled_from(["", "sample.pdf"]),
)
inputs: st.SearchStrategy[RunInput] = st.one_of(
    taps,
    taps,
    late_taps,
    words,
    words,
    misfits,
    media,
    st.builds(Wake, st.booleans()),
    st.builds(Wake, st.just(True)),
    st.sampled_from([AskAgain(), Start()]),
)
fitting = st.builds(Fitting, st.integers(0, 9))
turns = st.builds(
    Turn,
    # Not `|`, which would weigh each of the inputs as much as all that fits.
    st.integers(0, 3).flatmap(lambda quarter: inputs if quarter == 0 else fitting),
    st.sampled_from([0, 0, 1, 12, 30, 72]),
    st.none() | st.none() | st.lists(st.integers(1, 400), max_size=3).map(tuple),
    st.sampled_from([frozenset(), frozenset(), frozenset(MODULES[:1])]),
)
scripts = st.lists(turns, min_size=12, max_size=24)
Script = list[Turn]


def play(flow: Flow, script: Script) -> list[Played]:
    """Play `script`, each input some hours after the one before, from `Start` on."""
    begin = Turn(Start(), 0, (30, 60, 90), frozenset())
    state, now, buttons = RunState(flow.key), BEGIN, Buttons()
    sessions: tuple[SessionTime, ...] = ()
    played: list[Played] = []
    for turn in [begin, *script]:
        now += timedelta(hours=turn.hours)
        if turn.session_hours is not None:
            sessions = planned(now, turn.session_hours)
        around = Surroundings(
            OSLO, played[-1].profile_after if played else {}, sessions, turn.modules_done
        )
        given = as_given(turn.given, flow, state, buttons)
        before = state
        state, events = engine.step(before, flow, given, now, around=around)
        played.append(Played(before, given, now, around, state, events))
        buttons = next(
            (e.buttons for e in reversed(events) if isinstance(e, Ask | Redraw)), buttons
        )
    return played


def planned(now: datetime, hours: tuple[int, ...]) -> tuple[SessionTime, ...]:
    starts = [now + timedelta(hours=ahead) for ahead in hours]
    return tuple(
        SessionTime(number, at, at + timedelta(hours=3)) for number, at in enumerate(starts, 1)
    )


WORDS_THAT_FIT = {"number": "5", "date": "i går", "short_text": "Sample", "long_text": "Sample"}


def as_given(drawn: RunInput | Fitting, flow: Flow, state: RunState, buttons: Buttons) -> RunInput:
    if isinstance(drawn, Fitting):
        return as_fits(drawn.way, flow, state, buttons)
    if not isinstance(drawn, Choice):
        return drawn
    return Choice(state.instance - drawn.instance, drawn.option)


def as_fits(way: int, flow: Flow, state: RunState, buttons: Buttons) -> RunInput:
    if state.status is RunStatus.WAITING:
        return Wake(early=state.wake_at is None or way % 2 == 0)
    if state.status is RunStatus.ABANDONED and way % 2:
        return AskAgain()
    here = flow.step(state.step_key or "")
    kind = "" if here is None else here.kind
    offered = (*buttons.options, *buttons.extra)
    if kind == "upload" and way > 2:
        return OtherMedia("photo" if way % 2 else "document", "AgAC", "sample.pdf")
    if kind in WORDS_THAT_FIT and (way > 2 or not offered):
        return Text(WORDS_THAT_FIT[kind])
    return Choice(state.instance, offered[way % len(offered)] if offered else "none")
