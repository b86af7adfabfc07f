"""Words typed while a question is open: an answer when they clearly are one, else for a human."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain import run_state
from bot.domain.errors import TextFailed
from bot.domain.flows import RunStatus, Text
from bot.domain.message_bodies import callback_data
from bot.domain.messages import Question, Run
from bot.domain.people import Participant
from bot.domain.typed_answers import Labels, option_typed
from bot.services.ports import UnitOfWork
from bot.services.questions import QUESTION_KINDS, after_answer, tap
from bot.services.runs import advance, answer_run

# Phones and servers tell the time to the second.
SAME_MOMENT = timedelta(seconds=2)


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
    uow: UnitOfWork, participant: Participant, question: Question, words: str, *, at: datetime
) -> bool:
    """Whether the words were taken as the answer. `at` is when they were written."""
    run = run_of(uow, question)
    if run is not None:
        return _answer_run(uow, participant, run, question, words)
    kind = QUESTION_KINDS[question.kind]
    # A question that came while they were typing is not what they answered.
    if question.kind == "run" or kind.before_yes or at < question.asked_at - SAME_MOMENT:
        return False
    labels = _labels(uow, participant, question)
    option = option_typed(words, labels, exactly=kind.is_final)
    if option is None:
        return False
    tap(uow, participant, callback_data(question.id, option))
    return True


def _answer_run(
    uow: UnitOfWork, participant: Participant, run: Run, question: Question, words: str
) -> bool:
    option = option_typed(words, _labels_of_run(uow, participant, run))
    if option is not None:
        outcome = answer_run(uow, participant, run, option)
    elif question.accepts_text:
        outcome = advance(uow, participant, run, Text(words))
    else:
        return False
    after_answer(uow, participant, outcome)
    return not outcome.was_ignored


def _labels(uow: UnitOfWork, participant: Participant, question: Question) -> Labels:
    pack = uow.pack(participant.office_id)
    found = []
    for option in question.options:
        with suppress(TextFailed):  # content published since has no such button any more
            found.append((option, pack.label(f"button.{option}", participant.language)))
    return found


def _labels_of_run(uow: UnitOfWork, participant: Participant, run: Run) -> Labels:
    pack = uow.pack_version(run.content_version_id)
    step = pack.flows[run.flow_key].step(run_state.load(run.state).step_key or "")
    if step is None:
        return []
    labels = [
        (o, pack.option_label(run.flow_key, step.key, o, participant.language))
        for o in step.options
    ]
    if step.kind == "short_text" and step.optional:
        labels.append(("skip", uow.pack(run.office_id).label("button.skip", participant.language)))
    return labels
