"""What comes in from a chat: the one door through which every update reaches the other services."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.people import AccountStatus, Participant, ParticipantStatus
from bot.domain.run_events import OtherMedia
from bot.domain.uploads import clean_name
from bot.services.cases import raise_signal
from bot.services.free_texts import free_text_received
from bot.services.menu import COMMANDS, ask_for_help_now, entry_for_label
from bot.services.onboarding import (
    answer_first,
    ask_for_code,
    code_given,
    nobody_reads,
    show_danger_card,
    welcome_back,
)
from bot.services.participants import code_is_live, code_owner, count_failure
from bot.services.ports import UnitOfWork
from bot.services.questions import TapResult, tap
from bot.services.runs import advance
from bot.services.silence import sign_of_life
from bot.services.speaking import render, say
from bot.services.typed_answers import answer_typed, edits_own_answer, newest_question, run_of
from bot.services.uploads import upload_answered

# Words typed long after a button question are words, not a try at answering it.
ATTEMPT_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """Who and where; `at` is the message's own date: what was asked later it does not answer."""

    office_id: int
    chat_id: int
    language_hint: str
    at: datetime
    message_id: int | None = None


def start_command(uow: UnitOfWork, event: ChatEvent, payload: str) -> None:
    """/start, with the code of a deep link or without."""
    participant = bound_participant(uow, event)
    if payload and (participant is None or code_is_live(uow, event.office_id, payload)):
        _code_came(uow, event, participant, payload)
    elif participant is None:
        ask_for_code(uow, event.office_id, event.chat_id, language_hint=event.language_hint)
    else:
        if payload:
            count_failure(uow, event.office_id, event.chat_id)
        welcome_back(uow, sign_of_life(uow, participant))


def command(uow: UnitOfWork, event: ChatEvent, name: str) -> None:
    """Any other command."""
    entry = COMMANDS.get(name.lower())
    participant = _active(uow, event, asks_for_help=entry is ask_for_help_now)
    if participant is None:
        return
    if entry is None:
        say(uow, participant, "command.unknown", menu=True)
    else:
        entry(uow, participant)


def text_received(uow: UnitOfWork, event: ChatEvent, text: str) -> None:
    """Typed words: a code, a menu label, an answer to the newest open question, or free text."""
    bound = bound_participant(uow, event)
    entry = entry_for_label(uow, event.office_id, text)
    may_be_code = entry is None and uow.codes.looks_like_code(text)
    if may_be_code and (bound is None or code_is_live(uow, event.office_id, text)):
        _code_came(uow, event, bound, text)
        return
    participant = _active(uow, event, asks_for_help=entry is ask_for_help_now)
    if participant is None:
        return
    if entry is not None:
        entry(uow, participant)
        return
    question = newest_question(uow, participant)
    if question is not None and answer_typed(
        uow, participant, question, text, at=event.at, message_id=event.message_id
    ):
        return
    then = ""
    is_recent = question is not None and uow.now - question.asked_at < ATTEMPT_WITHIN
    if question is not None and run_of(uow, question) is not None and is_recent:
        then = render(uow, participant, "run.tap_a_button")
    free_text_received(
        uow,
        participant,
        kind="text",
        text=text,
        message_id=event.message_id,
        at=event.at,
        then=then,
    )


def media_received(
    uow: UnitOfWork,
    event: ChatEvent,
    kind: str,
    caption: str,
    *,
    file_id: str = "",
    file_name: str = "",
    size: int = 0,
    album: str = "",
) -> None:
    """A photo, voice message, sticker or the like.

    Args:
        file_id: What Telegram hands a photo or file out for; "" for other media.
        size: In bytes; 0 when unknown.
        album: What Telegram calls those that were sent together; "" for one sent alone.
    """
    participant = _active(uow, event)
    if participant is None:
        return
    question = newest_question(uow, participant)
    media = OtherMedia(kind, file_id, clean_name(file_name))
    is_answer = upload_answered(uow, participant, question, media, size=size, album=album)
    if is_answer and not caption.strip():
        return
    run = run_of(uow, question)
    wants_words = run is not None and question is not None and question.accepts_text
    if is_answer is None and run is not None and wants_words:
        advance(uow, participant, run, media)
    free_text_received(
        uow,
        participant,
        kind=kind,
        text=caption,
        message_id=event.message_id,
        at=event.at,
        acknowledge=is_answer is None and not wants_words,
    )


def text_edited(uow: UnitOfWork, event: ChatEvent, text: str) -> None:
    """An edited message is kept as a revision beside the first; answers given stand."""
    participant = bound_participant(uow, event)
    if participant is not None and participant.status is ParticipantStatus.ACTIVE:
        participant = sign_of_life(uow, participant)
        if edits_own_answer(uow, participant, event.message_id):
            say(uow, participant, "free_text.edited_own")
            return
        free_text_received(
            uow, participant, kind="edit", text=text, message_id=event.message_id, at=event.at
        )


def button_tapped(uow: UnitOfWork, event: ChatEvent, data: str) -> TapResult:
    """An inline button."""
    participant = bound_participant(uow, event)
    if participant is None:
        ask_for_code(uow, event.office_id, event.chat_id, language_hint=event.language_hint)
        return TapResult(remove_buttons=True)
    return tap(uow, sign_of_life(uow, participant), data)


def bot_blocked(uow: UnitOfWork, event: ChatEvent) -> None:
    """They blocked the bot; a 403 that comes later is the same signal."""
    account = uow.accounts.by_chat(event.office_id, event.chat_id)
    if account is not None and account.status is AccountStatus.ACTIVE:
        account = uow.accounts.save(
            replace(
                account, status=AccountStatus.BLOCKED, status_changes=account.status_changes + 1
            )
        )
        participant = uow.participants.get(account.participant_id)
        raise_signal(
            uow,
            participant,
            reason="quiet",
            source=f"blocked:{account.id}:{account.status_changes}",
        )


def bot_unblocked(uow: UnitOfWork, event: ChatEvent) -> None:
    """They are back, with everything as it was; being back is no answer."""
    account = uow.accounts.by_chat(event.office_id, event.chat_id)
    if account is not None and account.status is not AccountStatus.UNBOUND:
        uow.accounts.save(replace(account, status=AccountStatus.ACTIVE))


def bound_participant(uow: UnitOfWork, event: ChatEvent) -> Participant | None:
    """Who the chat is bound to; writing to us also shows that the account works again."""
    account = uow.accounts.by_chat(event.office_id, event.chat_id)
    if account is None or account.status is AccountStatus.UNBOUND:
        return None
    if account.status is not AccountStatus.ACTIVE:
        uow.accounts.save(replace(account, status=AccountStatus.ACTIVE))
    return uow.participants.get(account.participant_id)


def _code_came(uow: UnitOfWork, event: ChatEvent, bound: Participant | None, code: str) -> None:
    """A code by link or by hand. A chat that somebody uses here is not given to somebody else."""
    in_use = bound is not None and bound.status in (
        ParticipantStatus.ACTIVE,
        ParticipantStatus.INVITED,
    )
    if bound is not None and in_use and code_owner(uow, event.office_id, code) != bound.id:
        say(uow, sign_of_life(uow, bound), "onboarding.someone_elses_code")
        return
    code_given(uow, event.office_id, event.chat_id, code, language_hint=event.language_hint)


def _active(
    uow: UnitOfWork, event: ChatEvent, *, asks_for_help: bool = False
) -> Participant | None:
    """The participant, if they said yes and are here; anybody else gets their answer at once.

    Whoever asks for help sees the danger card, whoever they are: it costs nothing and may matter.
    """
    participant = bound_participant(uow, event)
    if participant is not None:
        participant = sign_of_life(uow, participant)
        if participant.status is ParticipantStatus.ACTIVE:
            return participant
    if asks_for_help:
        show_danger_card(uow, event.office_id, event.chat_id, participant, event.language_hint)
    if participant is None:
        ask_for_code(uow, event.office_id, event.chat_id, language_hint=event.language_hint)
    elif participant.status is ParticipantStatus.INVITED:
        answer_first(uow, participant)
    else:
        nobody_reads(uow, participant)
    return None
