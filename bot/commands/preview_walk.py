"""A walk through a flow with the real engine and nothing else: no database, no phone, a pretended clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.commands.preview_shown import Bubble, Note, Shown, along, noted
from bot.content.pack import Pack
from bot.content.samples import SamplePerson
from bot.domain import engine
from bot.domain.flows import Flow, RunState, RunStatus
from bot.domain.plan import open_plan
from bot.domain.profile import Profile, ProfileValue, profile_after
from bot.domain.programme import PlannedSession
from bot.domain.run_events import (
    Abandoned,
    Ask,
    AskAgain,
    Buttons,
    Choice,
    Explain,
    ModuleWanted,
    OtherMedia,
    Redraw,
    RunEvent,
    RunInput,
    Say,
    Sleep,
    Start,
    Text,
    Wake,
)
from bot.domain.steps.choose_several import CHOOSE_SEVERAL, numbers_typed
from bot.domain.steps.rank import RANK
from bot.domain.steps.scale import SCALE
from bot.domain.surroundings import SessionTime, Surroundings
from bot.domain.time_words import moment_in_words
from bot.domain.typed_answers import option_typed
from bot.domain.work_calendar import WorkCalendar
from bot.services.run_buttons import TICK, option_labels
from bot.services.run_surroundings import answer_in_words

MOST_WAKES = 20  # waits in a row that nobody has to answer
TICKED = frozenset({CHOOSE_SEVERAL.code, RANK.code})
FILES = ("photo", "file")  # what is typed to send one


@dataclass(slots=True)
class Walk:
    """One run of one flow as one sample person; each input gives what is shown next."""

    pack: Pack
    flow: Flow
    language: str
    person: SamplePerson
    calendar: WorkCalendar
    now: datetime  # aware; goes ahead by itself where the flow waits
    profile: Profile = field(default_factory=dict)
    modules_done: frozenset[str] = frozenset()
    buttons: tuple[tuple[str, str], ...] = ()  # of the open question
    accepts_text: bool = False
    _lesson: str = ""
    _state: RunState = field(init=False)
    _sessions: tuple[SessionTime, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._state = RunState(self.flow.key)
        self._sessions = _sessions_from(self.pack, self.now, self.calendar)

    @property
    def is_asking(self) -> bool:
        return self._state.status is RunStatus.ASKING

    @property
    def hint(self) -> str:
        """What can be typed now."""
        step = self.flow.step(self._state.step_key or "")
        ways = {
            "number": bool(self.buttons) and not self.accepts_text,
            "words": self.accepts_text,
            "a button's words": bool(self.buttons),
            " or ".join(FILES): step is not None and bool(step.takes),
        }
        return ", ".join(way for way, is_open in ways.items() if is_open)

    def begin(self, step_key: str | None = None) -> list[Shown]:
        """Start the flow, at its beginning or at one of its steps."""
        if step_key is None:
            return self._given(Start())
        aside = RunStatus.ABANDONED  # taken up again at the step, as a run that was set aside
        self._state = replace(self._state, step_key=step_key, status=aside)
        return self._given(AskAgain())

    def typed(self, words: str) -> list[Shown]:
        """A button by its number or words, as on a phone; other words are the answer or nothing."""
        step = self.flow.step(self._state.step_key or "")
        if words in FILES and step is not None and step.takes:
            kind = "photo" if words == "photo" else "document"
            return self._given(OtherMedia(kind, file_id="sample", file_name="sample"))
        # As services/typed_answers.py judges it: where words are asked for, a number is an answer.
        option = option_typed(words, self.buttons, exactly=self.accepts_text)
        is_ticked = step is not None and step.kind in TICKED
        if is_ticked and step is not None and numbers_typed(words, step.options) is not None:
            return self._given(Text(words))
        if option is not None:
            return self._given(Choice(self._state.instance, option))
        if self.accepts_text:
            return self._given(Text(words))
        return [Note("no button is called so, and this question takes no words")]

    def _given(self, given: RunInput) -> list[Shown]:
        shown: list[Shown] = []
        for _ in range(MOST_WAKES):
            around = Surroundings(self.calendar, self._told(), self._sessions, self.modules_done)
            self._state, events = engine.step(
                self._state, self.flow, given, self.now, around=around
            )
            for event in events:
                shown += self._lesson_begun(event)
                shown += self._shown(event)
                self.profile = profile_after(self.profile, event)
                if isinstance(event, ModuleWanted):
                    self.modules_done |= {event.module}
            if self._state.status is not RunStatus.WAITING:
                break
            given = self._awake()
        return shown

    def _lesson_begun(self, event: RunEvent) -> list[Shown]:
        """The lesson's title, which no phone shows, where the walk comes into one."""
        lesson = event.step_key.partition(".")[0] if isinstance(event, Say | Ask) else ""
        if lesson == self._lesson or lesson not in self.flow.lessons:
            return []
        self._lesson = lesson
        return [Note(f"lesson: {self.pack.lesson_title(self.flow.key, lesson, self.language)}")]

    def _told(self) -> Profile:
        """The profile with what can be told from it today, as the program tells it."""
        plan = open_plan(self.profile, self.calendar.local(self.now).date())
        return {**self.profile, "plan_is_due": "yes"} if plan and plan.is_due else self.profile

    def _awake(self) -> RunInput:
        """Wait no longer: the clock goes to where the run sleeps to, or what it waits for has come."""
        if self._state.wake_at is None:
            return Wake(early=True)
        self.now = max(self.now, self._state.wake_at)
        return Wake()

    def _shown(self, event: RunEvent) -> list[Shown]:
        match event:
            case Say(step_key=key, part=part, option=option):
                text = self._text(key, part, option)
                return [Bubble(text, along=along(self.flow.step(key)))] if text else []
            case Ask():
                return [self._question(event)]
            case Redraw(step_key=key, buttons=buttons):
                return [Bubble("", self._drawn(key, buttons))]
            case Explain(message_key=key, values=values):
                return [Bubble(self._message(key, values))]
            case Sleep(until=until):
                return [Note(f"waits {self._wait(until)}; skipped here")]
            case Abandoned(reason=reason):
                return [Bubble(self._message("course.set_aside", {})), Note(f"set aside: {reason}")]
            case _:
                words = noted(event)
                return [Note(words)] if words else []

    def _question(self, ask: Ask) -> Bubble:
        self.accepts_text = ask.accepts_text
        message = ask.message_key
        text = self._message(message, {}) if message else self._text(ask.step_key, "text")
        step = self.flow.step(ask.step_key)
        is_numbered = not ask.accepts_text and (step is None or step.kind != SCALE.code)
        return Bubble(text, self._drawn(ask.step_key, ask.buttons), along(step), is_numbered)

    def _drawn(self, step_key: str, buttons: Buttons) -> tuple[tuple[str, str], ...]:
        """The buttons as they are shown: with the ticks, or the places, of what was chosen."""
        step = self.flow.step(step_key)
        assert step is not None, "the engine speaks of steps of this flow alone"
        own = option_labels(self.pack, self.flow.key, step, buttons.options, self.language)
        general = [(one, self.pack.label(f"button.{one}", self.language)) for one in buttons.extra]
        self.buttons = (*own, *general)
        return tuple((option, _marked(option, label, buttons)) for option, label in self.buttons)

    def _text(self, step_key: str, part: str, option: str = "") -> str:
        return self.pack.flow_text(
            self.flow.key, step_key, part, self.language, self._context(), option=option
        )

    def _message(self, key: str, values: Mapping[str, str | int]) -> str:
        return self.pack.message(key, self.language, self.person.context(values))

    def _context(self) -> dict[str, object]:
        def of_lesson(lesson: str) -> object:
            if not self.flow.lessons:
                return self._answered(lesson)
            return _Found(lambda name: self._answered(f"{lesson}.{name}"))

        profile = _Found(lambda name: _in_lines(self.profile.get(name, "")))
        return self.person.context({}, {"profile": profile, "answers": _Found(of_lesson)})

    def _answered(self, key: str) -> str:
        step, value = self.flow.step(key), self._state.answers.get(key, "")
        if step is None:
            return value
        return answer_in_words(self.pack, self.flow.key, step, value, self.language)

    def _wait(self, until: datetime) -> str:
        moment = moment_in_words(until, now=self.now, language="en", calendar=self.calendar)
        return f"until {moment}"


def _marked(option: str, label: str, buttons: Buttons) -> str:
    if option not in buttons.marked:
        return label
    sign = f"{buttons.marked.index(option) + 1}." if buttons.ranked else TICK
    return f"{sign} {label}"


class _Found(dict[str, object]):
    """Values looked up when a text asks for them: nobody has answered everything."""

    def __init__(self, find: Callable[[str], object]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, name: str) -> object:
        return self._find(name)


def _in_lines(value: ProfileValue) -> str:
    if isinstance(value, str):
        return value
    first_two = (", ".join([words for words in one.values() if words][:2]) for one in value)
    return "\n".join(f"• {line}" for line in first_two if line)


def _sessions_from(pack: Pack, now: datetime, calendar: WorkCalendar) -> tuple[SessionTime, ...]:
    """The programme's sessions as of a course that began this week."""
    today = calendar.local(now).date()
    monday = today - timedelta(days=today.weekday())

    def times(one: PlannedSession) -> SessionTime:
        day = monday + timedelta(weeks=one.week - 1, days=one.weekday)
        return SessionTime(
            one.number,
            calendar.instant(day, one.start_time),
            calendar.instant(day, one.end_time),
        )

    return tuple(times(one) for one in pack.programme.sessions)
