"""What the export of a participant holds: all that is theirs, and no notes of staff."""

from typing import Any

import pytest

from bot.commands.opening import opened
from bot.domain.case_commands import Acknowledge
from bot.domain.messages import FreeText, OutboxState, Run
from bot.domain.planning import AnswerCode, Attendance, AttendanceStatus, SessionAnswer
from bot.services.cases import act_on_case, raise_signal
from bot.services.data_export import export_participant
from bot.services.ports import UnitOfWork
from bot.services.speaking import Sending, hold_back, say
from tests.commands.command_line import CommandLine

NOTE = "Phoned; the mother answered."


def _live(uow: UnitOfWork) -> None:
    """Amina answers, misses, writes, asks for help, and gets a message while another is held back."""
    amina = uow.participants.get(1)
    carol = uow.staff.get(2)
    uow.session_answers.add(SessionAnswer(1, 1, AnswerCode.LATE, uow.now))
    uow.attendance.add(Attendance(1, 1, AttendanceStatus.EXCUSED, carol.id, uow.now))
    uow.free_texts.add(FreeText(1, 1, uow.now, "text", "Can I bring my sister? <3"))
    version = uow.offices.get(1).content_version_id
    assert version is not None
    answers = {"feeling": "fine"}
    uow.runs.add(Run(1, 1, "check_in:weekly", version, "x", {"answers": answers}, "done", uow.now))
    say(uow, amina, "pause.over", how=Sending(rule="pause_over", key="sample"))
    hold_back(uow, amina, rule="nudge", subject="run:1", key="held", reason="paused")
    case = raise_signal(uow, amina, reason="help", source="sample", by_participant=True)
    assert case is not None
    act_on_case(uow, carol, case.id, Acknowledge(carol.id, case.version), note=NOTE)


@pytest.fixture
def exported(amina: CommandLine) -> dict[str, Any]:
    with opened() as program:
        program.storage.run_sync(_live)
        data: dict[str, Any] = program.storage.read_sync(
            lambda uow: export_participant(uow, uow.participants.get(1))
        )
    return data


def test_answers_and_attendance_stand_with_their_session(exported: dict[str, Any]) -> None:
    first = exported["sessions"][0]

    assert (first["answer"], first["attendance"]) == ("late", "excused")
    assert first["answered_at"] == "2026-11-23T09:00:00+01:00"
    assert len(exported["sessions"]) == 10


def test_texts_and_answers_in_modules_are_there_as_written(exported: dict[str, Any]) -> None:
    assert exported["texts"][0]["text"] == "Can I bring my sister? <3"
    assert exported["modules_and_check_ins"][0]["answers"] == {"feeling": "fine"}


def test_messages_held_back_are_there_with_the_reason(exported: dict[str, Any]) -> None:
    by_rule = {message["rule"]: message for message in exported["messages"]}

    assert by_rule["pause_over"]["text"]
    assert by_rule["nudge"]["state"] == OutboxState.HELD_BACK
    assert by_rule["nudge"]["reason"] == "paused"


def test_cases_have_dates_and_reasons_but_no_notes(exported: dict[str, Any]) -> None:
    assert exported["cases"][0]["reason"] == "help"
    assert exported["cases"][0]["opened_at"] == "2026-11-23T09:00:00+01:00"
    assert NOTE not in str(exported)
    assert exported["left_out"]


def test_sessions_of_an_earlier_cohort_stay_where_something_was_answered(
    amina: CommandLine,
) -> None:
    with opened() as program:
        program.storage.run_sync(_live)
    amina.run("participant", "enrol", "1", "--instead")

    with opened() as program:
        data = program.storage.read_sync(
            lambda uow: export_participant(uow, uow.participants.get(1))
        )

    assert [row["answer"] for row in data["sessions"]] == ["late"]
    assert data["enrolment"]["cohort"] is None
