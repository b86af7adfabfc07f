"""First contact: the code, the language, who is behind the bot, and yes / no / tell me more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import Lane, Question, QuestionState
from bot.domain.people import LANGUAGES, Participant, ParticipantStatus
from bot.services.check_ins import plan_next_check_in
from bot.services.course import offer_at_start
from bot.services.enrolment_end import ENDING_RULES, excuse_expectations
from bot.services.occurrences import supersede
from bot.services.participants import enrol, redeem_code, throttled_for
from bot.services.ports import UnitOfWork
from bot.services.silence import plan_no_sign_of_life, sign_of_life
from bot.services.speaking import Choices, button_rows, say, say_to_chat
from bot.services.text_notices import tell_caseworker

WELCOME_ROWS = (("yes",), ("no",), ("more",))


def code_given(
    uow: UnitOfWork, office_id: int, chat_id: int, code: str, *, language_hint: str
) -> None:
    """Somebody came by the link or typed a code; wrong, used and expired ones get one friendly text."""
    wait = throttled_for(uow, office_id, chat_id)
    if wait:
        values: dict[str, object] = {"minutes": max(1, round(wait / timedelta(minutes=1)))}
        _say_to_stranger(uow, office_id, chat_id, "onboarding.try_later", language_hint, values)
        return
    participant = redeem_code(uow, office_id, chat_id, code)
    if participant is None:
        _say_to_stranger(uow, office_id, chat_id, "onboarding.code_not_recognised", language_hint)
        return
    participant = sign_of_life(uow, participant)
    if participant.status is ParticipantStatus.ACTIVE:
        say(uow, participant, "onboarding.moved_here", menu=True)
    else:
        if participant.status is ParticipantStatus.DECLINED:
            participant = uow.participants.save(
                replace(participant, status=ParticipantStatus.INVITED)
            )
        ask_language(uow, participant)


def ask_for_code(uow: UnitOfWork, office_id: int, chat_id: int, *, language_hint: str) -> None:
    """A stranger wrote; they are told how to come in."""
    _say_to_stranger(uow, office_id, chat_id, "onboarding.ask_for_code", language_hint)


def ask_language(uow: UnitOfWork, participant: Participant) -> None:
    rows = button_rows(uow, participant, ("language_nb",), ("language_nn",), ("language_en",))
    say(
        uow,
        participant,
        "onboarding.choose_language",
        choices=Choices("onboarding_language", "onboarding", rows),
    )


def language_chosen(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    language = option.removeprefix("language_")
    participant = uow.participants.save(replace(participant, language=language))
    ask_yes_or_no(uow, participant, "onboarding.welcome")
    return None


def ask_yes_or_no(uow: UnitOfWork, participant: Participant, key: str) -> None:
    rows = [row for row in WELCOME_ROWS if not (key == "onboarding.more" and row == ("more",))]
    choices = Choices("onboarding_welcome", "onboarding", button_rows(uow, participant, *rows))
    say(uow, participant, key, choices=choices)


def welcome_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    if option == "more":
        ask_yes_or_no(uow, participant, "onboarding.more")
    elif option == "yes":
        start(uow, participant)
    else:
        decline(uow, participant)
    return None


def start(uow: UnitOfWork, participant: Participant) -> None:
    """They said yes: the menu, the first check-in planned, the clocks of silence set.

    Somebody who had said no or left is back: the caseworker is told, and who had left follows
    their cohort again while it runs, or is followed up individually.
    """
    before = participant.status
    participant = uow.participants.save(
        replace(participant, status=ParticipantStatus.ACTIVE, started_at=uow.now, ended_at=None)
    )
    has_left = before is ParticipantStatus.LEFT
    say(uow, participant, "onboarding.returned" if has_left else "onboarding.started", menu=True)
    if before in (ParticipantStatus.LEFT, ParticipantStatus.DECLINED):
        tell_caseworker(uow, participant, kind="returned")
    if uow.enrolments.active_of(participant.id) is None:
        enrol(uow, participant, _running_cohort(uow, participant))
    else:
        plan_next_check_in(uow, participant)
        plan_no_sign_of_life(uow, participant)
    offer_at_start(uow, participant)


def _running_cohort(uow: UnitOfWork, participant: Participant) -> int | None:
    """The cohort they were in, if it still meets."""
    latest = uow.enrolments.latest_of(participant.id)
    if latest is None or latest.cohort_id is None:
        return None
    gatherings = uow.programme_sessions.of_cohort(latest.cohort_id)
    return latest.cohort_id if any(g.starts_at > uow.now for g in gatherings) else None


def decline(uow: UnitOfWork, participant: Participant) -> None:
    """A no is respected: the same follow-up another way, and the caseworker is told."""
    participant = uow.participants.save(replace(participant, status=ParticipantStatus.DECLINED))
    say(uow, participant, "onboarding.declined")
    # They may well come to the course: the enrolment stays, it is the bot they do without.
    excuse_expectations(uow, participant.id, "declined")
    for rule in ENDING_RULES:
        supersede(uow, participant.id, rule=rule, reason="declined")
    tell_caseworker(uow, participant, kind="declined")


def answer_first(uow: UnitOfWork, participant: Participant) -> None:
    """They wrote before saying yes or no: nothing is kept yet, and the open question stands again."""
    say(uow, participant, "free_text.before_yes")
    _ask_where_they_stand(uow, participant)


def welcome_back(uow: UnitOfWork, participant: Participant) -> None:
    """/start again by somebody who is bound."""
    if participant.status is ParticipantStatus.ACTIVE:
        say(uow, participant, "onboarding.welcome_back", menu=True)
    elif participant.status is ParticipantStatus.INVITED:
        _ask_where_they_stand(uow, participant)
    else:
        offer_to_begin(uow, participant)


def offer_to_begin(uow: UnitOfWork, participant: Participant) -> None:
    """Somebody who had said no, or had left, writes again."""
    rows = button_rows(uow, participant, ("begin",), ("more",))
    say(
        uow,
        participant,
        "onboarding.changed_mind",
        choices=Choices("onboarding_begin", "onboarding", rows),
    )


def nobody_reads(uow: UnitOfWork, participant: Participant) -> None:
    """Somebody who declined or left writes: say honestly that it reaches nobody, and how it would."""
    rows = button_rows(uow, participant, ("begin",), ("more",))
    choices = Choices("onboarding_begin", "onboarding", rows)
    say(uow, participant, "gone.nobody_reads", choices=choices)


def show_danger_card(
    uow: UnitOfWork,
    office_id: int,
    chat_id: int,
    participant: Participant | None,
    language_hint: str,
) -> None:
    """The fixed card for somebody who has not said yes, or whom we do not know."""
    language = participant.language if participant is not None else language_hint
    _say_to_stranger(uow, office_id, chat_id, "danger.card", language, lane=Lane.URGENT)


def begin_answered(
    uow: UnitOfWork, participant: Participant, question: Question, option: str
) -> str | None:
    if option == "more":
        ask_yes_or_no(uow, participant, "onboarding.more")
    else:
        start(uow, participant)
    return None


def _ask_where_they_stand(uow: UnitOfWork, participant: Participant) -> None:
    """Close the open onboarding question and ask it anew."""
    asked = uow.questions.open_of(participant.id, "onboarding_welcome")
    for question in (*asked, *uow.questions.open_of(participant.id, "onboarding_language")):
        uow.questions.save(replace(question, state=QuestionState.CLOSED))
    if asked:
        ask_yes_or_no(uow, participant, "onboarding.welcome")
    else:
        ask_language(uow, participant)


def _say_to_stranger(
    uow: UnitOfWork,
    office_id: int,
    chat_id: int,
    key: str,
    language_hint: str,
    values: dict[str, object] | None = None,
    *,
    lane: Lane = Lane.REPLY,
) -> None:
    office = uow.offices.get(office_id)
    context: dict[str, object] = {
        "participant": {"first_name": ""},
        "caseworker": {"first_name": office.name},
        "office": {"name": office.name},
        **(values or {}),
    }
    hint = language_hint.split("-", maxsplit=1)[0].lower()
    language = {"no": "nb"}.get(hint, hint)
    text = uow.pack(office_id).message(key, language if language in LANGUAGES else "nb", context)
    say_to_chat(uow, office_id, chat_id, text, lane=lane)
