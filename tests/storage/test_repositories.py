"""The contract of the repositories, on both kinds of database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.app import Program, open_program
from bot.domain.errors import NotFound
from bot.domain.messages import (
    FreeText,
    InboxUpdate,
    Lane,
    MessageClass,
    Notice,
    OutboxMessage,
    OutboxState,
    Question,
    QuestionState,
    Run,
)
from bot.domain.people import Absence, LoginLink, Participant, ParticipantStatus
from bot.domain.planning import Expectation, Occurrence, OccurrenceState
from bot.services.ports import UnitOfWork
from bot.storage.engine import make_engine
from bot.storage.tables.messages import free_text
from tests.builders import START, Cast, invite_the_cast, oslo
from tests.staging import SettableClock, settings_for

HOUR = timedelta(hours=1)
Unit = Callable[..., Any]


@pytest.fixture
def program(upgraded_url: str) -> Iterator[Program]:
    with open_program(settings_for(upgraded_url), clock=SettableClock(START)) as opened:
        yield opened


@pytest.fixture
def cast(program: Program) -> Cast:
    made: Cast = program.storage.run_sync(invite_the_cast)
    return made


def _message(cast: Cast, key: str, **more: Any) -> OutboxMessage:
    message = OutboxMessage(
        office_id=1,
        participant_id=cast.amina.id,
        chat_id=None,
        key=key,
        rule="test",
        subject="",
        lane=Lane.REPLY,
        message_class=MessageClass.AT_MOST_ONCE,
        body={"text": "Hei Amina"},
        created_at=START,
        not_before=START,
    )
    return replace(message, **more)


def test_a_record_comes_back_as_it_was_stored(program: Program, cast: Cast) -> None:
    wanted = replace(
        cast.amina,
        first_name="Åse \u202e🙂\x00<b>",
        preferred_hour=9,
        paused_until=oslo("2026-11-09 08:00"),
        status=ParticipantStatus.ACTIVE,
    )

    program.storage.run_sync(lambda uow: uow.participants.save(wanted))

    found: Participant = program.storage.read_sync(lambda uow: uow.participants.get(wanted.id))
    assert found == wanted
    assert found.paused_until is not None
    assert found.paused_until.utcoffset() == timedelta(0)


def test_what_is_not_there_is_not_found(program: Program, cast: Cast) -> None:
    with pytest.raises(NotFound, match="participant with number 99"):
        program.storage.read_sync(lambda uow: uow.participants.get(99))
    with pytest.raises(NotFound):
        program.storage.run_sync(lambda uow: uow.participants.save(replace(cast.amina, id=99)))


def test_words_lie_sealed_in_the_table(program: Program, cast: Cast) -> None:
    text = FreeText(1, cast.amina.id, START, "text", "Hemmelig")
    program.storage.run_sync(lambda uow: uow.free_texts.add(text))

    engine = make_engine(program.settings.database_url, read_only=True)
    with engine.connect() as connection:
        stored = bytes(connection.execute(select(free_text.c.text)).scalar_one())
    engine.dispose()

    assert b"Hemmelig" not in stored
    assert len(stored) > len("Hemmelig")


def test_a_unit_that_raises_leaves_nothing(program: Program, cast: Cast) -> None:
    def fail(uow: UnitOfWork) -> None:
        uow.outbox.add_once(_message(cast, "kept?"))
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        program.storage.run_sync(fail)

    rows = program.storage.read_sync(lambda uow: uow.outbox.of_participant(cast.amina.id, limit=9))
    assert rows == []


def _twice_outbox(uow: UnitOfWork, cast: Cast) -> list[bool]:
    return [uow.outbox.add_once(_message(cast, "same")) is not None for _ in range(2)]


def _twice_occurrence(uow: UnitOfWork, cast: Cast) -> list[bool]:
    planned = Occurrence(1, cast.amina.id, "check_in", "s", "same", START)
    return [uow.occurrences.add_once(planned) for _ in range(2)]


def _twice_inbox(uow: UnitOfWork, cast: Cast) -> list[bool]:
    return [uow.inbox.add_once(InboxUpdate(1, 5, 42, START, {"n": 1})) for _ in range(2)]


def _twice_answer(uow: UnitOfWork, cast: Cast) -> list[bool]:
    question = uow.questions.add(Question(1, cast.amina.id, "pause", "p", ("a", "b"), START))
    return [uow.questions.answer_once(question.id, option="a", at=START) for _ in range(2)]


def _twice_redeemed(uow: UnitOfWork, cast: Cast) -> list[bool]:
    invitation = uow.invitations.open_of(cast.amina.id)[0]
    return [uow.invitations.redeem(invitation, START) for _ in range(2)]


def _twice_signed_in(uow: UnitOfWork, cast: Cast) -> list[bool]:
    link = uow.login_links.add(LoginLink(cast.carol.id, "h" * 64, START, START + HOUR))
    return [uow.login_links.redeem(link, START) for _ in range(2)]


@pytest.mark.parametrize(
    "twice",
    [
        _twice_outbox,
        _twice_occurrence,
        _twice_inbox,
        _twice_answer,
        _twice_redeemed,
        _twice_signed_in,
    ],
)
def test_what_may_happen_once_happens_once(program: Program, cast: Cast, twice: Unit) -> None:
    assert program.storage.run_sync(twice, cast) == [True, False]


def _store_notice(uow: Any, cast: Cast) -> int:
    uow.notices.store_once(Notice(1, cast.carol.id, "same", "digest", START, START))
    return len(uow.notices._all())


def _store_message(uow: Any, cast: Cast) -> int:
    uow.outbox.store_once(_message(cast, "same"))
    return len(uow.outbox.of_participant(cast.amina.id, limit=9))


@pytest.mark.parametrize("store", [_store_notice, _store_message])
def test_of_what_is_stored_once_one_row_is_kept(program: Program, cast: Cast, store: Unit) -> None:
    def thrice(uow: UnitOfWork) -> list[int]:
        return [store(uow, cast) for _ in range(3)]

    assert program.storage.run_sync(thrice) == [1, 1, 1]
    assert program.storage.run_sync(store, cast) == 1


def test_two_active_enrolments_of_one_participant_are_refused(program: Program, cast: Cast) -> None:
    def enrol_again(uow: UnitOfWork) -> None:
        enrolment = uow.enrolments.active_of(cast.amina.id)
        assert enrolment is not None
        uow.enrolments.add(replace(enrolment, id=0))

    with pytest.raises(IntegrityError):
        program.storage.run_sync(enrol_again)

    assert len(program.storage.read_sync(lambda uow: uow.enrolments.active_in(cast.cohort.id))) == 1


def test_only_what_is_due_comes_and_in_its_order(program: Program, cast: Cast) -> None:
    def plan(uow: UnitOfWork) -> None:
        for hours in (3, 1, 2):
            uow.occurrences.add_once(
                Occurrence(1, cast.amina.id, "check_in", "s", f"k{hours}", START + hours * HOUR)
            )
        known = uow.occurrences.by_key("k1")
        assert known is not None
        uow.occurrences.save(replace(known, state=OccurrenceState.DONE))

    program.storage.run_sync(plan)

    due = program.storage.read_sync(lambda uow: uow.occurrences.due(START + 2 * HOUR, limit=99))
    assert [occurrence.key for occurrence in due] == ["k2"]


def test_expectations_without_a_moment_are_never_due(program: Program, cast: Cast) -> None:
    def wait(uow: UnitOfWork) -> None:
        first = Expectation(1, cast.amina.id, "check_in", "s", "one", START)
        uow.expectations.add(first)
        uow.expectations.add(replace(first, key="two", next_at=START + HOUR))

    program.storage.run_sync(wait)

    due = program.storage.read_sync(lambda uow: uow.expectations.due(START + HOUR, limit=9))
    assert [expectation.key for expectation in due] == ["two"]
    assert program.storage.read_sync(lambda uow: uow.expectations.next_due_at()) == START + HOUR


def test_old_texts_are_dropped_and_their_rows_stay(program: Program, cast: Cast) -> None:
    def store(uow: UnitOfWork) -> None:
        uow.outbox.add_once(_message(cast, "old", state=OutboxState.SENT, ended_at=START))
        uow.outbox.add_once(_message(cast, "queued"))

    program.storage.run_sync(store)

    dropped = program.storage.run_sync(
        lambda uow: uow.outbox.drop_bodies(ended_before=START + HOUR)
    )

    rows = program.storage.read_sync(lambda uow: uow.outbox.of_participant(cast.amina.id, limit=9))
    assert dropped == 1
    assert [(row.key, row.body) for row in rows] == [
        ("old", {}),
        ("queued", {"text": "Hei Amina"}),
    ]


def test_runs_are_found_by_subject_and_question(program: Program, cast: Cast) -> None:
    def store(uow: UnitOfWork) -> Run:
        question = uow.questions.add(Question(1, cast.amina.id, "run", "r", ("a",), START))
        version = uow.offices.get(1).content_version_id or 0
        run = Run(1, cast.amina.id, "check_in:weekly", version, "w1", {"x": 1}, "asking", START)
        return uow.runs.add(replace(run, question_id=question.id))

    run: Run = program.storage.run_sync(store)

    def find(uow: UnitOfWork) -> list[Run | None]:
        return [
            uow.runs.by_question(run.question_id or 0),
            uow.runs.by_subject(cast.amina.id, "check_in:weekly", "w1"),
            uow.runs.by_subject(cast.ben.id, "check_in:weekly", "w1"),
        ]

    assert program.storage.read_sync(find) == [run, run, None]
    open_questions = program.storage.read_sync(lambda uow: uow.questions.open_of(cast.amina.id))
    assert [question.state for question in open_questions] == [QuestionState.OPEN]


def test_absences_tell_when_an_office_changes(program: Program, cast: Cast) -> None:
    absence = Absence(cast.carol.id, START + HOUR, START + 3 * HOUR)
    program.storage.run_sync(lambda uow: uow.absences.add(absence))

    def changing(after: int, until: int) -> list[int]:
        found: list[int] = program.storage.read_sync(
            lambda uow: uow.absences.offices_changing_between(
                START + after * HOUR, START + until * HOUR
            )
        )
        return found

    assert [changing(0, 1), changing(1, 2), changing(2, 3)] == [[1], [], [1]]
    assert (
        program.storage.read_sync(lambda uow: uow.absences.next_change_after(START)) == START + HOUR
    )
