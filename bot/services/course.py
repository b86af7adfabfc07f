"""The course as a participant meets it: offered, started, gone on with, finished."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain import run_state
from bot.domain.document_orders import DocumentKind
from bot.domain.flows import Flow, RunStatus
from bot.domain.messages import Lane, Question, QuestionState, Run
from bot.domain.people import Participant
from bot.domain.planning import Occurrence, ProgrammeSession, SessionStatus
from bot.domain.time_words import moment_in_words
from bot.services import occurrences
from bot.services.document_orders import order_document
from bot.services.floor import while_asked_about_them
from bot.services.initiative import judge_initiative
from bot.services.ports import UnitOfWork
from bot.services.runs import ONCE, go_on, start_run
from bot.services.speaking import REPLY, Choices, Sending, button_rows, calendar_of, say

PICTURE = "course_picture"  # the button that may be tapped again and again


def plan_module_offers(
    uow: UnitOfWork, participant: Participant, gathering: ProgrammeSession
) -> None:
    """Plan the offer of every module that comes after this session."""
    if (
        gathering.status is not SessionStatus.PLANNED
        or gathering.number is None
        or gathering.ends_at <= uow.now
    ):
        return
    for module in uow.pack(gathering.office_id).programme.modules:
        if module.after_session == gathering.number:
            occurrences.plan(
                uow,
                participant,
                rule="module_offer",
                subject=f"session:{gathering.id}",
                revision=f"{gathering.changes}",
                slot=module.key,
                due_at=gathering.ends_at,
            )


def fire_module_offer(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
    """Rule "module_offer": a module belongs to the session that has just been."""
    participant = uow.participants.get(occurrence.participant_id)
    module_key = occurrence.key.rsplit(":", 1)[-1]
    if _run_of(uow, participant, module_key) is not None:
        return occurrences.Skipped("started_already")
    if all(module.key != module_key for module in uow.pack(occurrence.office_id).programme.modules):
        return occurrences.Skipped("no_longer_in_the_programme")
    if uow.enrolments.active_of(participant.id) is None:
        return occurrences.Skipped("enrolment_ended")
    if (busy := while_asked_about_them(uow, participant)) is not None:
        return busy
    verdict = judge_initiative(
        uow, participant, rule="module_offer", subject=occurrence.subject, key=occurrence.key
    )
    how = Sending(
        rule="module_offer",
        subject=occurrence.subject,
        key=f"offer:{occurrence.key}",
        lane=Lane.REMINDER,
        is_initiative=True,
    )
    return occurrences.unless_held(
        verdict,
        lambda: _offer(uow, participant, module_key, how),
        retry_when_paused=participant.paused_until,
    )


def offer_at_start(uow: UnitOfWork, participant: Participant) -> None:
    """Offer what comes at the start; what comes later is planned (anew, had they said no before)."""
    enrolment = uow.enrolments.active_of(participant.id)
    cohort_id = enrolment.cohort_id if enrolment else None
    for gathering in uow.programme_sessions.of_participant(participant.id, cohort_id):
        plan_module_offers(uow, participant, gathering)
    for module in uow.pack(participant.office_id).programme.modules:
        if module.after_session == 0 and _run_of(uow, participant, module.key) is None:
            _offer(uow, participant, module.key, REPLY)


def show_course(uow: UnitOfWork, participant: Participant) -> None:
    """The menu's "my course": go on where they were, or begin what is there."""
    pack = uow.pack(participant.office_id)
    runs = {m.key: _run_of(uow, participant, m.key) for m in pack.programme.modules}
    match _most_worth_showing(uow, participant, runs):
        case Run() as run:
            _show_progress(uow, participant, run, with_picture=True)
        case str() as module_key:
            has_begun = any(run is not None for run in runs.values())
            _offer(uow, participant, module_key, REPLY, with_picture=has_begun)
        case None if runs:
            last = list(runs.values())[-1]
            assert last is not None
            title = pack.flow_title(last.flow_key, participant.language)
            rows = button_rows(uow, participant, (PICTURE,))
            choices = Choices("course_picture", "course", rows, asks_nothing=True)
            say(uow, participant, "course.all_done", {"title": title}, choices=choices)
        case None:
            say(uow, participant, "course.nothing")


def _most_worth_showing(
    uow: UnitOfWork, participant: Participant, runs: Mapping[str, Run | None]
) -> Run | str | None:
    """The question they left last; what their sessions have come to; what waits; what comes later.

    A module that waits for its day must not hide one that could be taken now.
    """
    open_runs = [run for run in runs.values() if run and run.status != RunStatus.FINISHED.value]
    asking = [run for run in open_runs if run.status != RunStatus.WAITING.value]
    if asking:
        return max(asking, key=lambda run: (run.started_at, run.id))
    behind = _sessions_behind(uow, participant)
    untaken = {m.key: m.after_session for m in uow.pack(participant.office_id).programme.modules}
    untaken = {key: after for key, after in untaken.items() if runs[key] is None}
    come_to = [key for key, after in untaken.items() if after == 0 or after in behind]
    if come_to:
        return come_to[0]
    return open_runs[0] if open_runs else next(iter(untaken), None)


def _sessions_behind(uow: UnitOfWork, participant: Participant) -> set[int]:
    """Numbers of the sessions that have been."""
    enrolment = uow.enrolments.active_of(participant.id)
    gatherings = uow.programme_sessions.of_participant(
        participant.id, enrolment.cohort_id if enrolment else None
    )
    return {g.number for g in gatherings if g.number is not None and g.ends_at <= uow.now}


def offer_to_resume(
    uow: UnitOfWork, participant: Participant, *, asked_after: datetime | None = None
) -> None:
    """Something came between: offer to go on with the lesson whose question it took the floor from.

    Args:
        asked_after: Only if that question was asked since.
    """
    for module in uow.pack(participant.office_id).programme.modules:
        run = _run_of(uow, participant, module.key)
        if run is None or run.status != RunStatus.ASKING.value or run.question_id is None:
            continue
        question = uow.questions.get(run.question_id)
        is_recent = asked_after is None or question.asked_at > asked_after
        if question.state is QuestionState.OPEN and is_recent:
            _show_progress(uow, participant, run)
            return


def offer_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """They tapped "start" or "later" below an offer."""
    if option == PICTURE:
        order_course_picture(uow, participant)
    elif option == "start_course":
        flow_key = f"module:{question.subject}"
        if flow_key in uow.pack(participant.office_id).flows:
            start_run(uow, participant, flow_key=flow_key, subject=ONCE)
    return None


def go_on_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """They tapped "go on" below their progress."""
    if option == PICTURE:
        order_course_picture(uow, participant)
        return None
    run = uow.runs.get(int(question.subject.removeprefix("run:")))
    if option == "go_on" and run.participant_id == participant.id:
        go_on(uow, participant, run)
    return None


def picture_chosen(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    """They tapped the picture's button where there is nothing to go on with."""
    order_course_picture(uow, participant)
    return None


def order_course_picture(uow: UnitOfWork, participant: Participant) -> None:
    """How far they have come, as a picture that comes in a moment."""
    order_document(
        uow,
        participant,
        document=DocumentKind.PROGRESS,
        key=f"progress:{participant.id}:{uow.cause}",
    )


def _show_progress(
    uow: UnitOfWork, participant: Participant, run: Run, *, with_picture: bool = False
) -> None:
    pack = uow.pack_version(run.content_version_id)
    values: dict[str, object] = {"title": pack.flow_title(run.flow_key, participant.language)}
    if run.status == RunStatus.WAITING.value and run.wake_at is not None:
        calendar = calendar_of(uow, run.office_id)
        values["wake_day"] = moment_in_words(
            run.wake_at, now=uow.now, language=participant.language, calendar=calendar
        )
        key = "course.waiting"
    else:
        flow = pack.flows[run.flow_key]
        values |= {"done": lessons_done(flow, run), "lessons": len(flow.lessons)}
        key = "course.progress"
    rows = button_rows(uow, participant, ("go_on",), ("later",), *_picture_row(with_picture))
    say(uow, participant, key, values, choices=Choices("go_on", f"run:{run.id}", rows))


def lessons_done(flow: Flow, run: Run) -> int:
    """How many lessons lie behind the step the run stands on."""
    state = run_state.load(run.state)
    if state.status is RunStatus.FINISHED:
        return len(flow.lessons)
    lesson = (state.step_key or "").split(".", 1)[0]
    return flow.lessons.index(lesson) if lesson in flow.lessons else 0


def _picture_row(with_picture: bool) -> tuple[tuple[str, ...], ...]:
    return ((PICTURE,),) if with_picture else ()


def _offer(
    uow: UnitOfWork,
    participant: Participant,
    module_key: str,
    how: Sending,
    *,
    with_picture: bool = False,
) -> None:
    pack = uow.pack(participant.office_id)
    flow_key = f"module:{module_key}"
    values = {
        "title": pack.flow_title(flow_key, participant.language),
        "lessons": len(pack.flows[flow_key].lessons),
    }
    rows = button_rows(uow, participant, ("start_course",), ("later",), *_picture_row(with_picture))
    choices = Choices("course_offer", module_key, rows)
    say(uow, participant, "course.offer", values, how=how, choices=choices)


def _run_of(uow: UnitOfWork, participant: Participant, module_key: str) -> Run | None:
    return uow.runs.by_subject(participant.id, f"module:{module_key}", ONCE)
