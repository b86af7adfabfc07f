"""Words typed while a question is open: an answer when they clearly are one, else for a human."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from bot.domain import run_state
from bot.domain.errors import TextFailed
from bot.domain.flows import RunStatus, Step
from bot.domain.message_bodies import callback_data, load_body
from bot.domain.messages import Question, Run
from bot.domain.people import Participant
from bot.domain.question_subjects import asked_by
from bot.domain.run_events import Buttons, Redraw, Text
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.choose_several import CHOOSE_SEVERAL, numbers_typed
from bot.domain.steps.kind import GENERAL_BUTTONS
from bot.domain.steps.rank import RANK
from bot.domain.steps.wait import after
from bot.domain.typed_answers import Labels, option_typed
from bot.services.ports import UnitOfWork
from bot.services.questions import QUESTION_KINDS, after_answer, tap
from bot.services.run_buttons import extra_labels, option_labels
from bot.services.runs import advance, answer_run, ask_again
from bot.services.speaking import calendar_of

# Phones and servers tell the time to the second.
SAME_MOMENT = timedelta(seconds=2)
AMONG_NEWEST = 10
LONGEST_BUTTON = 64  # characters; longer words of one's own need no look at what was sent
TICKED = frozenset({CHOOSE_SEVERAL.code, RANK.code})


def newest_question(uow: UnitOfWork, participant: Participant) -> Question | None:
    """The last thing asked that nobody has answered: typed words can only mean that."""
    asked = uow.questions.open_of(participant.id)
    return max(asked, key=lambda question: question.id) if asked else None


def run_of(uow: UnitOfWork, question: Question | None) -> Run | None:
    """The lesson or check-in that asks this, while it does."""
    if question is None or question.kind != "run":
        return None
    run = uow.runs.by_question(question.id)
    return run if run is not None and run.status == RunStatus.ASKING.value else None


def answer_typed(
    uow: UnitOfWork,
    participant: Participant,
    question: Question,
    words: str,
    *,
    at: datetime,
    message_id: int | None,
) -> bool:
    """Whether the words were taken as the answer. `at` is when they were written."""
    run = run_of(uow, question)
    # A question that came while they were typing is not what they answered.
    came_later = at < question.asked_at - SAME_MOMENT
    if run is not None:
        if came_later and _came_by_itself(uow, question):
            return False
        return _answer_run(uow, participant, run, question, words, message_id)
    kind = QUESTION_KINDS[question.kind]
    if question.kind == "run" or kind.before_yes or came_later:
        return False
    labels = _labels(uow, participant, question)
    option = option_typed(words, labels, exactly=kind.is_final) or option_typed(
        words, _labels_shown(uow, question), exactly=kind.is_final
    )
    if option is None:
        return False
    tap(uow, participant, callback_data(question.id, option))
    return True


def _came_by_itself(uow: UnitOfWork, question: Question) -> bool:
    """A lesson or check-in of our own initiative. Quick words to a reply are meant for the lesson."""
    message = uow.outbox.by_question(question.id)
    return message is not None and message.is_initiative


def edits_own_answer(uow: UnitOfWork, participant: Participant, message_id: int | None) -> bool:
    """Whether that message answered something whose answer is the participant's alone."""
    asked = uow.questions.answered_with(participant.id, _typed(message_id))
    if asked is None:
        # Of an answer in several messages no single one is marked.
        asked = newest_question(uow, participant)
        run = run_of(uow, asked)
        if run is None or not run_state.load(run.state).partial:
            return False
    by = None if asked is None else asked_by(asked.subject)
    if by is None:
        return False
    run = uow.runs.get(by[0])
    return by[1] in uow.pack_version(run.content_version_id).flows[run.flow_key].own_steps


def _typed(message_id: int | None) -> str:
    return f"typed:{message_id}"


def _answer_run(
    uow: UnitOfWork,
    participant: Participant,
    run: Run,
    question: Question,
    words: str,
    message_id: int | None,
) -> bool:
    flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
    step = flow.step(run_state.load(run.state).step_key or "")
    if step is None or not still_listens(uow, question, step):
        return False
    # Where words of one's own are asked for, only a button's own words are a tap.
    labels = _labels_of_run(uow, participant, run, question, step)
    option = option_typed(words, labels, exactly=question.accepts_text)
    if option is None and (len(words) <= LONGEST_BUTTON or not question.accepts_text):
        shown = _labels_shown(uow, question)
        option = option_typed(words, shown, exactly=question.accepts_text)
    is_numbers = step.kind in TICKED and numbers_typed(words, step.options) is not None
    if is_numbers or (question.accepts_text and option is None):
        outcome = advance(uow, participant, run, Text(words))
    elif option is None:
        return False
    else:
        outcome = answer_run(uow, participant, run, option)
        if any(isinstance(event, Redraw) for event in outcome.events):
            # No tap came, so the buttons cannot be drawn anew where they are.
            outcome = ask_again(uow, participant, outcome.run)
    if step.key in flow.own_steps:
        asked = uow.questions.get(question.id)
        uow.questions.save(replace(asked, answer=_typed(message_id)))
    after_answer(uow, participant, outcome)
    return not outcome.was_ignored


def still_listens(uow: UnitOfWork, question: Question, step: Step) -> bool:
    """After a while typed words are words for a human; the buttons go on working."""
    limit = step.listens_for or KINDS_BY_CODE[step.kind].listens_for
    calendar = calendar_of(uow, question.office_id)
    return limit is None or uow.now <= after(question.asked_at, limit, calendar)


def _labels(uow: UnitOfWork, participant: Participant, question: Question) -> Labels:
    pack = uow.pack(participant.office_id)
    found = []
    for option in question.options:
        with suppress(TextFailed):  # content published since has no such button any more
            found.append((option, pack.label(f"button.{option}", participant.language)))
    return found


def _labels_shown(uow: UnitOfWork, question: Question) -> Labels:
    """What the buttons said when they were sent: content may have been corrected since.

    Only among the newest messages: typed words answer what was asked last.
    """
    if not question.options:
        return []
    newest = uow.outbox.of_participant(question.participant_id, limit=AMONG_NEWEST)
    message = next((one for one in newest if one.question_id == question.id), None)
    buttons = () if message is None else chain.from_iterable(load_body(message.body).buttons)
    return [(one.option, one.label) for one in buttons if one.option in question.options]


def _labels_of_run(
    uow: UnitOfWork, participant: Participant, run: Run, question: Question, step: Step
) -> Labels:
    pack = uow.pack_version(run.content_version_id)
    own = [option for option in question.options if option not in GENERAL_BUTTONS]
    extra = tuple(option for option in question.options if option in GENERAL_BUTTONS)
    return [
        *option_labels(pack, run.flow_key, step, own, participant.language),
        *extra_labels(uow, participant, Buttons(extra=extra)),
    ]
