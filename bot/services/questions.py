"""Routes a tapped button to whoever asked: one function per kind of question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.errors import NotFound
from bot.domain.message_bodies import parse_callback_data
from bot.domain.messages import Button, Question, QuestionState, Run
from bot.domain.people import Participant, ParticipantStatus
from bot.domain.question_subjects import asked_by
from bot.domain.rehearsal import is_rehearsed
from bot.domain.run_events import AnswerGiven, Redraw
from bot.domain.steps.kind import GENERAL_BUTTONS
from bot.services.check_ins import check_in_answered
from bot.services.course import (
    PICTURE,
    go_on_answered,
    offer_answered,
    offer_to_resume,
    picture_chosen,
)
from bot.services.onboarding import (
    begin_answered,
    language_chosen,
    offer_to_begin,
    welcome_answered,
)
from bot.services.own_work import BUTTONS as OWN_WORK_BUTTONS
from bot.services.own_work import delete_own_work_answered, own_work_chosen
from bot.services.pause import pause_answered
from bot.services.ports import UnitOfWork
from bot.services.rights import erase_answered, leave_answered
from bot.services.run_buttons import answered_words, button_rows_of
from bot.services.runs import Outcome, answer_run
from bot.services.session_answers import missed_answered, session_answered
from bot.services.settings import hour_set, language_set, settings_answered
from bot.services.speaking import say


@dataclass(frozen=True, slots=True)
class TapResult:
    """What the phone shows at once: whether the buttons go away, and what was answered.

    `buttons` are drawn in place of those there are: a tick was set or taken away.
    """

    remove_buttons: bool
    answered: str | None = None
    buttons: tuple[tuple[Button, ...], ...] | None = None


# Returns the label of what was answered, to stand below the question, or None; or all of the result.
Answerer = Callable[[UnitOfWork, Participant, Question, str], str | TapResult | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of question is answered.

    `may_change`: another tap below the same message changes the answer.
    `actions`: options that answer nothing and may be tapped again and again ("calendar").
    `before_yes`: it may be answered by somebody who has not said yes (or has left).
    `is_final`: it cannot be taken back, so typed words must be the button's own.
    """

    answer: Answerer
    may_change: bool = False
    actions: frozenset[str] = frozenset()
    before_yes: bool = False
    is_final: bool = False


def run_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | TapResult | None:
    """A button of a lesson or check-in."""
    run = uow.runs.by_question(question.id)
    if run is None:
        return None
    outcome = answer_run(uow, participant, run, option)
    after_answer(uow, participant, outcome)
    redrawn = next((e for e in outcome.events if isinstance(e, Redraw)), None)
    if redrawn is not None:
        return TapResult(
            remove_buttons=False, buttons=_reopened(uow, participant, run, question, redrawn)
        )
    given = next((event for event in outcome.events if isinstance(event, AnswerGiven)), None)
    pack = uow.pack_version(run.content_version_id)
    step = None if given is None else pack.flows[run.flow_key].step(given.step_key)
    if given is None or step is None or option in GENERAL_BUTTONS:
        return None
    return answered_words(pack, run.flow_key, step, option, given.value, participant.language)


def _reopened(
    uow: UnitOfWork, participant: Participant, run: Run, question: Question, redrawn: Redraw
) -> tuple[tuple[Button, ...], ...]:
    """A tick was set: the question stays open, with the buttons that are returned."""
    pack = uow.pack_version(run.content_version_id)
    step = pack.flows[run.flow_key].step(redrawn.step_key)
    assert step is not None, "the engine speaks of steps of this flow alone"
    rows = button_rows_of(uow, participant, pack, run.flow_key, step, redrawn.buttons)
    options = tuple(option for row in rows for option, _ in row)
    uow.questions.save(
        replace(question, state=QuestionState.OPEN, options=options, answer=None, answered_at=None)
    )
    return tuple(tuple(Button(label, question.id, o) for o, label in row) for row in rows)


def after_answer(uow: UnitOfWork, participant: Participant, outcome: Outcome) -> None:
    """What an answer to a lesson or check-in means beyond the run itself."""
    given = any(isinstance(event, AnswerGiven) for event in outcome.events)
    if not (given and outcome.run.flow_key.startswith("check_in:")):
        return
    if is_rehearsed(outcome.run):  # nobody awaits it: it must close no case
        return
    check_in_answered(uow, participant, outcome.run.id)
    if outcome.is_finished:
        offer_to_resume(uow, participant)


COMES_BETWEEN = frozenset({"session", "missed_session"})
RECENTLY = timedelta(hours=1)  # before it came; a lesson left earlier is found by the menu

QUESTION_KINDS: Mapping[str, Kind] = {
    "onboarding_language": Kind(language_chosen, before_yes=True),
    "onboarding_welcome": Kind(welcome_answered, before_yes=True),
    "onboarding_begin": Kind(begin_answered, before_yes=True),
    "session": Kind(session_answered, may_change=True, actions=frozenset({"calendar", "map"})),
    "missed_session": Kind(missed_answered),
    "run": Kind(run_answered),
    "course_offer": Kind(offer_answered, actions=frozenset({PICTURE})),
    "go_on": Kind(go_on_answered, actions=frozenset({PICTURE})),
    "course_picture": Kind(picture_chosen, actions=frozenset({PICTURE})),
    "pause": Kind(pause_answered),
    "settings": Kind(settings_answered, may_change=True),
    "settings_language": Kind(language_set),
    "settings_hour": Kind(hour_set),
    "my_data": Kind(own_work_chosen, actions=OWN_WORK_BUTTONS),
    "delete_own_work": Kind(delete_own_work_answered, is_final=True),
    "leave": Kind(leave_answered, is_final=True),
    "erase": Kind(erase_answered, is_final=True),
}


def tap(uow: UnitOfWork, participant: Participant, data: str) -> TapResult:
    """A button was tapped: double, month-old and forged taps are harmless and answered kindly."""
    parsed = parse_callback_data(data)
    question = None if parsed is None else _question(uow, participant, parsed[0])
    if parsed is None or question is None or parsed[1] not in question.options:
        say(uow, participant, "question.old")
        return TapResult(remove_buttons=False)
    option = parsed[1]
    question = _or_asked_again(uow, question, option)
    kind = QUESTION_KINDS[question.kind]
    if participant.status is not ParticipantStatus.ACTIVE and not kind.before_yes:
        offer_to_begin(uow, participant)
        return TapResult(remove_buttons=True)
    if option in kind.actions and question.state is not QuestionState.CLOSED:
        kind.answer(uow, participant, question, option)
        return TapResult(remove_buttons=False)
    if question.state is QuestionState.OPEN:
        uow.questions.answer_once(question.id, option=option, at=uow.now)
        result = _result(kind, kind.answer(uow, participant, question, option))
        _resumed(uow, participant, question)
        return result
    if kind.may_change and question.state is QuestionState.ANSWERED and question.answer != option:
        uow.questions.change_answer(question.id, option=option, at=uow.now)
        return _result(kind, kind.answer(uow, participant, question, option))
    if question.answer != option or question.state is QuestionState.CLOSED:
        say(uow, participant, "question.old")
    # The same button twice: the first tap did it, the second needs no words.
    return TapResult(remove_buttons=not kind.may_change)


def _or_asked_again(uow: UnitOfWork, question: Question, option: str) -> Question:
    """A nudge asks the same once more, and perhaps never arrives: the first buttons go on working."""
    if question.state is not QuestionState.CLOSED or asked_by(question.subject) is None:
        return question
    about = uow.questions.about(question.participant_id, question.kind, question.subject)
    open_ones = [one for one in about if one.state is QuestionState.OPEN and option in one.options]
    return open_ones[-1] if open_ones else question


def _resumed(uow: UnitOfWork, participant: Participant, question: Question) -> None:
    """A reminder or a word after a missed session came into a lesson: offer to go on with it."""
    if question.kind in COMES_BETWEEN:
        offer_to_resume(uow, participant, asked_after=question.asked_at - RECENTLY)


def _result(kind: Kind, answered: str | TapResult | None) -> TapResult:
    if isinstance(answered, TapResult):
        return answered
    return TapResult(remove_buttons=not kind.may_change, answered=answered)


def _question(uow: UnitOfWork, participant: Participant, question_id: int) -> Question | None:
    try:
        question = uow.questions.get(question_id)
    except NotFound:
        return None
    return question if question.participant_id == participant.id else None
