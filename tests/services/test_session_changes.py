"""Sessions moved and cancelled, and what participants answer about them."""

from datetime import timedelta

import pytest

from bot.domain.errors import RuleBroken
from bot.domain.messages import OutboxState
from bot.domain.planning import AnswerCode, ProgrammeSession
from bot.services.programme_sessions import cancel_session, move_session
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal

EVENING = oslo("2026-11-02 18:00")


def _first(rehearsal: Rehearsal) -> ProgrammeSession:
    return rehearsal.read(lambda uow: uow.programme_sessions.of_cohort(rehearsal.cast.cohort.id))[0]


def _answer(rehearsal: Rehearsal) -> AnswerCode | None:
    session, amina = _first(rehearsal), rehearsal.cast.amina
    found = rehearsal.read(lambda uow: uow.session_answers.of(session.id, amina.id))
    return found.answer if found else None


def _reminded(phone: Phone) -> list[object]:
    return [message.at for message in phone.by_rule("session_reminder")]


def test_those_concerned_are_told_the_old_and_the_new_time(rehearsal: Rehearsal) -> None:
    phone, other = rehearsal.amina_starts(), rehearsal.ben_starts()

    rehearsal.run(move_session, _first(rehearsal).id, starts_at=oslo("2026-11-04 12:00"))
    rehearsal.deliver()

    assert "Nå: onsdag 4. november kl. 12.00" in phone.last.text
    assert "Før: tirsdag 3. november kl. 10.00" in phone.last.text
    assert phone.last.labels[0] == "Kommer"
    assert other.texts == []


def test_a_move_within_the_day_brings_new_reminders_and_drops_the_old(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()

    rehearsal.run(move_session, _first(rehearsal).id, starts_at=oslo("2026-11-03 13:00"))
    rehearsal.wind_to(oslo("2026-11-03 13:00"))

    assert _reminded(phone) == [EVENING, oslo("2026-11-03 11:00")]
    assert "kl. 13.00" in phone.by_rule("session_reminder")[0].text


def test_moved_after_the_evening_reminder_the_new_time_is_reminded_of_again(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 19:00"))

    rehearsal.run(move_session, _first(rehearsal).id, starts_at=oslo("2026-11-04 10:00"))
    rehearsal.wind_to(oslo("2026-11-04 10:00"))

    assert _reminded(phone) == [EVENING, oslo("2026-11-03 18:00"), oslo("2026-11-04 08:00")]


def test_moved_twice_and_back_again_still_reminds(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()
    session = _first(rehearsal)
    for moment in (oslo("2026-11-03 13:00"), oslo("2026-11-03 14:00"), session.starts_at):
        rehearsal.run(move_session, session.id, starts_at=moment)

    rehearsal.wind_to(session.starts_at)

    assert _reminded(phone) == [EVENING, oslo("2026-11-03 08:00")]


def test_a_reminder_queued_for_the_old_time_is_superseded(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(EVENING)

    rehearsal.run(move_session, _first(rehearsal).id, starts_at=oslo("2026-11-04 10:00"))
    rehearsal.telegram_is_up = True
    rehearsal.deliver()

    row = rehearsal.ledger(rehearsal.cast.amina, "session_reminder")[0]
    assert (row.state, row.reason) == (OutboxState.SUPERSEDED, "session_moved")
    assert [message.rule for message in phone.received] == ["session_change"]


def test_at_night_the_change_waits_for_allowed_hours(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 22:00"))

    rehearsal.run(move_session, _first(rehearsal).id, starts_at=oslo("2026-11-03 14:00"))
    rehearsal.wind_to(oslo("2026-11-03 08:00"))

    assert [message.at for message in phone.by_rule("session_change")] == [oslo("2026-11-03 08:00")]


def test_an_answer_about_the_old_time_does_not_count_for_the_new(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(EVENING)
    phone.tap("Kan ikke")

    rehearsal.run(move_session, _first(rehearsal).id, starts_at=oslo("2026-11-04 12:00"))
    rehearsal.deliver()
    answered_before = _answer(rehearsal)
    phone.tap("Kommer")
    rehearsal.wind_to(oslo("2026-11-04 12:00"))

    assert answered_before is None
    assert _answer(rehearsal) is AnswerCode.COMING
    assert _reminded(phone)[1:] == [oslo("2026-11-03 18:00"), oslo("2026-11-04 10:00")]


def test_a_change_of_place_leaves_answers_standing(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(EVENING)
    phone.tap("Kan ikke")
    session = _first(rehearsal)

    rehearsal.run(move_session, session.id, starts_at=session.starts_at, place="Biblioteket")

    assert _answer(rehearsal) is AnswerCode.CANNOT


def test_a_cancelled_session_is_told_of_and_reminds_nobody(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    rehearsal.run(cancel_session, _first(rehearsal).id)
    rehearsal.wind_to(oslo("2026-11-03 12:00"))

    assert "Dette er avlyst: Velkommen, og bli kjent" in phone.texts[0]
    assert _reminded(phone) == []


def test_what_is_cancelled_or_over_cannot_be_moved_or_cancelled(rehearsal: Rehearsal) -> None:
    session = _first(rehearsal)
    with pytest.raises(RuleBroken, match="over"):
        rehearsal.run(move_session, session.id, starts_at=rehearsal.now - timedelta(hours=1))
    rehearsal.run(cancel_session, session.id)

    with pytest.raises(RuleBroken, match="cancelled"):
        rehearsal.run(move_session, session.id, starts_at=session.starts_at)
    with pytest.raises(RuleBroken, match="cancelled"):
        rehearsal.run(cancel_session, session.id)


@pytest.mark.parametrize(
    ("label", "code", "words"),
    [
        ("Kommer", AnswerCode.COMING, "Så bra! Vi sees tirsdag 3. november kl. 10.00."),
        ("Kommer litt sent", AnswerCode.LATE, "Bare kom når du kan."),
        ("Kan ikke", AnswerCode.CANNOT, "Du trenger ikke å skrive hvorfor."),
    ],
)
def test_an_answer_is_stored_and_thanked_for(
    rehearsal: Rehearsal, label: str, code: AnswerCode, words: str
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(EVENING)

    answers = phone.tap(label)

    assert _answer(rehearsal) is code
    assert words in answers[0]


def test_call_me_opens_a_help_case_and_says_by_when(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(EVENING)

    answers = phone.tap("Ring meg")

    cases = rehearsal.read(lambda uow: uow.cases.open_of(rehearsal.cast.amina.id))
    assert [case.reason for case in cases] == ["help"]
    assert "senest i morgen kl. 12.00" in answers[-1]


def test_the_mind_may_be_changed_below_the_same_message(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(EVENING)
    coming, cannot = phone.data_of("Kommer"), phone.data_of("Kan ikke")

    first = phone.tap_data(coming)
    second = phone.tap_data(cannot)

    assert _answer(rehearsal) is AnswerCode.CANNOT
    assert not first.remove_buttons
    assert second.answered == "Kan ikke"


def test_the_calendar_button_brings_the_file_and_answers_nothing(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(EVENING)

    phone.tap("Legg i kalenderen")

    assert phone.last.body.attachment is not None
    assert phone.last.body.attachment.filename == "kalender.ics"
    assert _answer(rehearsal) is None


def test_an_answer_after_the_session_says_that_it_is_over(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-03 13:00"))

    answers = phone.tap("Kommer")

    assert "Den samlingen er over nå" in answers[0]
    assert _answer(rehearsal) is None
