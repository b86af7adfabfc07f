"""What the engine and the texts of a flow are told of a participant, read only where it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from textwrap import shorten

from bot.domain.errors import TextFailed
from bot.domain.flows import Flow, RunState, RunStatus, Step
from bot.domain.people import Participant
from bot.domain.plain_text import shortened, utf16_units
from bot.domain.plan import open_plan
from bot.domain.planning import SessionStatus
from bot.domain.profile import Profile, ProfileValue
from bot.domain.rehearsal import is_rehearsed
from bot.domain.steps.choose_several import SEPARATOR
from bot.domain.steps.keep import KEEP
from bot.domain.surroundings import SessionTime, Surroundings
from bot.services.ports import PackPort, UnitOfWork
from bot.services.speaking import calendar_of

LONGEST_LINE = 100
# UTF-16 units, of the 4096 that a message takes
LONGEST_LIST = 1800
LONGEST_WORDS = 3000
LOOK_AT_PROFILE = frozenset({"branch"})
LOOK_AT_SESSIONS = frozenset({"wait"})
LOOK_AT_MODULES = frozenset({"module"})


def surroundings(uow: UnitOfWork, participant: Participant, flow: Flow) -> Surroundings:
    """The world as far as a step of `flow` may look at it."""
    calendar = calendar_of(uow, participant.office_id)
    return Surroundings(
        calendar,
        profile=profile_with_plan(uow, participant) if flow.kinds & LOOK_AT_PROFILE else {},
        sessions=_sessions(uow, participant) if _waits_for_session(flow) else (),
        modules_done=_modules_done(uow, participant)
        if flow.kinds & LOOK_AT_MODULES
        else frozenset(),
    )


def profile_with_plan(uow: UnitOfWork, participant: Participant) -> Profile:
    """The profile, with what can be told from it today: whether the day of the plan has come."""
    profile: dict[str, ProfileValue] = dict(uow.profiles.of(participant.id))
    today = calendar_of(uow, participant.office_id).local(uow.now).date()
    plan = open_plan(profile, today)
    if plan is not None and plan.is_due:
        profile["plan_is_due"] = "yes"
    return profile


def _waits_for_session(flow: Flow) -> bool:
    return any(
        step.kind in LOOK_AT_SESSIONS and (step.until or "").startswith("session")
        for step in flow.steps
    )


def _sessions(uow: UnitOfWork, participant: Participant) -> tuple[SessionTime, ...]:
    enrolment = uow.enrolments.active_of(participant.id)
    cohort_id = enrolment.cohort_id if enrolment else None
    return tuple(
        SessionTime(one.number, one.starts_at, one.ends_at)
        for one in uow.programme_sessions.of_participant(participant.id, cohort_id)
        if one.status is SessionStatus.PLANNED
    )


def _modules_done(uow: UnitOfWork, participant: Participant) -> frozenset[str]:
    return frozenset(
        run.flow_key.removeprefix("module:")
        for run in uow.runs.of_participant(participant.id)
        if run.status == RunStatus.FINISHED.value and not is_rehearsed(run)
    )


# --- for texts ------------------------------------------------------------------------------------


class _ByName(dict[str, object]):
    """Values looked up when a text asks for them; what there is not is no words."""

    def __init__(self, find: Callable[[str], object]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, name: str) -> object:
        self[name] = self._find(name)
        return self[name]


def has_looked_up(values: object) -> bool:
    """Whether a text asked `profile` of `own_words` for something that was there."""
    return isinstance(values, _ByName) and any(values.values())


def own_words(
    uow: UnitOfWork, participant: Participant, pack: PackPort, flow: Flow, state: RunState
) -> Mapping[str, object]:
    """`profile.*` and `answers.*` for the texts of a run."""
    language = participant.language

    # A record keeps the code of what was chosen: its label is what the person saw.
    asked_by = {step.name: step.record for step in flow.steps if step.kind == KEEP.code}

    def said(key: str, value: str) -> str:
        step = flow.step(key)
        return value if step is None else answer_in_words(pack, flow.key, step, value, language)

    def of_profile(name: str) -> str:
        value = uow.profiles.of(participant.id).get(name, "")
        if isinstance(value, str):
            return shortened(value, LONGEST_WORDS)
        asked = asked_by.get(name, {})
        return _in_lines(
            {field: said(asked.get(field, ""), words) for field, words in record.items()}
            for record in value
        )

    def answered(key: str) -> str:
        return shortened(said(key, state.answers.get(key, "")), LONGEST_WORDS)

    def of_lesson(lesson: str) -> object:
        if not flow.lessons:
            return answered(lesson)  # a check-in's steps stand outside of lessons
        return _ByName(lambda name: answered(f"{lesson}.{name}"))

    return {"profile": _ByName(of_profile), "answers": _ByName(of_lesson)}


def answer_in_words(pack: PackPort, flow_key: str, step: Step, value: str, language: str) -> str:
    """The label of what was chosen, or the words themselves."""
    codes = value.split(SEPARATOR)
    if not value or not step.options or not set(codes) <= set(step.options):
        return value
    try:
        labels = [pack.option_label(flow_key, step.key, code, language) for code in codes]
    except TextFailed:
        return value
    return ", ".join(labels)


def _in_lines(records: Iterable[Mapping[str, str]]) -> str:
    """A list as lines of its records' first two fields."""
    first_two = (", ".join([words for words in one.values() if words][:2]) for one in records)
    lines = [f"• {shorten(line, LONGEST_LINE, placeholder=' …')}" for line in first_two if line]
    # Two lists must fit one message, whatever somebody wrote; the newest is what they look for.
    kept = lines
    while sum(utf16_units(line) + 1 for line in kept) > LONGEST_LIST:
        kept = kept[1:]
    return "\n".join(kept if kept == lines else ["• …", *kept])
