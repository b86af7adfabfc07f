"""Rehearsals: a module, lesson, check-in or message on a phone at once, whatever the course says.

Only a program that talks to an emulator has this (`TETTPA_REHEARSAL`). What is tried goes the way
of the real thing: it waits, keeps words for the caseworker and opens cases, for that is what one
wants to see. It answers nothing that is awaited: no check-in counts as given, no case closes by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain import engine, run_state
from bot.domain.errors import NotFound, TextFailed
from bot.domain.flows import RunState, RunStatus
from bot.domain.messages import QuestionState, Run
from bot.domain.people import LANGUAGES, Participant, ParticipantStatus
from bot.domain.plain_text import escape
from bot.domain.rehearsal import REHEARSED, Part, PartKind, find_part, is_rehearsed, short_keys
from bot.domain.run_events import AskAgain
from bot.services.incoming import ChatEvent, bound_participant, command
from bot.services.ports import UnitOfWork
from bot.services.runs import OPEN_STATUSES, advance, start_run, store_run
from bot.services.speaking import say, say_text, text_context

TRY = "try"
SET_BY_REHEARSAL = "rehearsal"  # the reason of a run that has not begun yet, or is no longer wanted

# Per key of a message the values it is filled in with; the keys are all messages there are.
Samples = Mapping[str, Mapping[str, object]]


def try_out(uow: UnitOfWork, event: ChatEvent, words: str, *, samples: Samples) -> None:
    """/try KEY [LANGUAGE]: begin that part of the content anew; /try alone tells which there are.

    The language becomes the participant's own, as by their settings, so that what comes later in
    a flow comes in it too.
    """
    participant = bound_participant(uow, event)
    if participant is None or participant.status is not ParticipantStatus.ACTIVE:
        command(uow, event, TRY)  # the usual answer to whoever is not here
        return
    typed = words.split()
    if len(typed) > 1 and typed[-1] in LANGUAGES:
        participant = _in_language(uow, participant, typed.pop())
    if not typed:
        _tell_what_there_is(uow, participant, samples)
        return
    flows = uow.pack(participant.office_id).flows
    try:
        part = find_part(" ".join(typed), flows, messages=samples)
        _begin(uow, participant, part, samples)
    except (NotFound, TextFailed) as failure:
        say_text(uow, participant, escape(str(failure)))


def _begin(uow: UnitOfWork, participant: Participant, part: Part, samples: Samples) -> None:
    if part.kind is PartKind.MESSAGE:
        office = uow.offices.get(participant.office_id)
        context = {**text_context(uow, participant, office), **samples[part.key]}
        text = uow.pack(office.id).message(part.key, participant.language, context)
        say_text(uow, participant, text)
        return
    for run in uow.runs.of_participant(participant.id):
        if run.flow_key == part.key and is_rehearsed(run):
            _call_off(uow, run)
    subject = f"{REHEARSED}{uow.cause}"
    if part.step_key is None:
        start_run(uow, participant, flow_key=part.key, subject=subject)
    else:
        _start_at(uow, participant, part.key, part.step_key, subject)


def _start_at(
    uow: UnitOfWork, participant: Participant, flow_key: str, step_key: str, subject: str
) -> None:
    """Begin in the middle: as a run that was set aside at this step and is taken up again."""
    aside = RunState(
        flow_key, step_key=step_key, status=RunStatus.ABANDONED, outcome=SET_BY_REHEARSAL
    )
    run = store_run(uow, participant, aside, subject=subject)
    advance(uow, participant, run, AskAgain())


def _call_off(uow: UnitOfWork, run: Run) -> None:
    """An earlier try of the same flow: its buttons answer nothing any more."""
    if run.question_id is not None:
        question = uow.questions.get(run.question_id)
        if question.state is QuestionState.OPEN:
            uow.questions.save(replace(question, state=QuestionState.CLOSED))
    if run.status in OPEN_STATUSES:
        state = engine.call_off(run_state.load(run.state), SET_BY_REHEARSAL)
        uow.runs.save(
            replace(
                run,
                state=run_state.dump(state),
                status=state.status.value,
                wake_at=None,
                question_id=None,
                finished_at=uow.now,
            )
        )


def _in_language(uow: UnitOfWork, participant: Participant, language: str) -> Participant:
    if language == participant.language:
        return participant
    participant = uow.participants.save(replace(participant, language=language))
    say(uow, participant, "settings.language_set", menu=True)
    return participant


def _tell_what_there_is(uow: UnitOfWork, participant: Participant, samples: Samples) -> None:
    """In two messages, for together they are longer than one may be."""
    pack = uow.pack(participant.office_id)
    lines = ["<b>/try KEY [nb|nn|en]</b>"]
    for flow_key, (whole, *lessons) in short_keys(pack.flows).items():
        title = escape(pack.flow_title(flow_key, participant.language))
        lines.append("\n" + " · ".join((f"<code>{whole}</code> {title}", *lessons)))
    say_text(uow, participant, "\n".join(lines))
    say_text(uow, participant, "<b>Messages</b>\n" + " · ".join(samples))
