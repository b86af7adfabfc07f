"""Reminders of sessions: when they come, and when one is left out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.messages import OutboxState
from bot.domain.planning import OccurrenceState
from bot.services.offices import set_office
from bot.services.participants import invite_participant
from tests.builders import a_session, an_appointment, oslo
from tests.rehearsal import Rehearsal, rehearse


def test_the_evening_before_and_two_hours_before_with_buttons(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    rehearsal.wind_to(oslo("2026-11-03 09:00"))

    evening, soon = phone.by_rule("session_reminder")
    assert evening.at == oslo("2026-11-02 18:00")
    assert "i morgen, tirsdag 3. november kl. 10.00" in evening.text
    assert soon.at == oslo("2026-11-03 08:00")
    assert "kl. 10.00, om 2 timer" in soon.text
    assert soon.labels == evening.labels
    assert evening.labels == [
        "Kommer",
        "Kommer litt sent",
        "Kan ikke",
        "Ring meg",
        "Legg i kalenderen",
    ]


@pytest.mark.parametrize(
    ("begin", "session"),
    [
        pytest.param("2026-03-26 09:00", "2026-03-28 10:00", id="the day before clocks go forward"),
        pytest.param("2026-03-26 09:00", "2026-03-29 10:00", id="the day clocks go forward"),
        pytest.param("2026-03-26 09:00", "2026-03-30 10:00", id="the day after clocks go forward"),
        pytest.param("2026-10-22 09:00", "2026-10-24 10:00", id="the day before clocks go back"),
        pytest.param("2026-10-22 09:00", "2026-10-25 10:00", id="the day clocks go back"),
        pytest.param("2026-10-22 09:00", "2026-10-26 10:00", id="the day after clocks go back"),
    ],
)
def test_reminders_keep_the_wall_clock_across_clock_changes(
    sqlite_url: str, begin: str, session: str
) -> None:
    with rehearse(sqlite_url, at=oslo(begin)) as rehearsal:
        phone = rehearsal.amina_starts()
        rehearsal.run(a_session, rehearsal.cast.cohort, oslo(session))

        rehearsal.wind_to(oslo(session))

    day = oslo(session).date()
    assert [message.at for message in phone.by_rule("session_reminder")] == [
        oslo(f"{day - timedelta(days=1)} 18:00"),
        oslo(f"{day} 08:00"),
    ]


def test_an_early_sessions_two_hour_reminder_is_merged_into_the_evening_one(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.run(a_session, rehearsal.cast.cohort, oslo("2026-11-04 09:00"))

    rehearsal.wind_to(oslo("2026-11-04 09:00"))

    assert [message.at for message in phone.by_rule("session_reminder")][2:] == [
        oslo("2026-11-03 18:00")
    ]
    assert ("session_reminder", "merged_into_evening") in rehearsal.held_back(rehearsal.cast.amina)


def test_a_reminder_says_today_when_the_hours_are_few_and_the_lead_is_minutes(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.run(set_office, 1, "allowed_hours", "00:00-24:00")
    rehearsal.run(a_session, rehearsal.cast.cohort, oslo("2026-11-04 07:00"))

    rehearsal.wind_to(oslo("2026-11-04 07:00"))

    # With no closed hours nothing is merged away.
    assert [message.at for message in phone.by_rule("session_reminder")][2:] == [
        oslo("2026-11-03 18:00"),
        oslo("2026-11-04 05:00"),
    ]


def test_nobody_is_reminded_of_a_session_they_said_they_cannot_come_to(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    phone.tap("Kan ikke")

    rehearsal.wind_to(oslo("2026-11-03 12:00"))

    assert len(phone.by_rule("session_reminder")) == 1
    assert ("session_reminder", "answered_cannot") in rehearsal.held_back(rehearsal.cast.amina)


def test_a_reminder_that_could_not_leave_before_the_session_is_worth_nothing(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-03 07:59"))
    phone.forget()
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(oslo("2026-11-03 10:00"))

    rehearsal.telegram_is_up = True
    rehearsal.deliver()

    states = [r.state for r in rehearsal.ledger(rehearsal.cast.amina, "session_reminder")]
    assert states == [OutboxState.SENT, OutboxState.EXPIRED]
    assert phone.texts == []


def test_an_appointment_of_somebody_without_a_cohort_is_reminded_of(rehearsal: Rehearsal) -> None:
    cast = rehearsal.cast
    invited = rehearsal.run(
        invite_participant, office_id=1, first_name="Dina", caseworker=cast.carol
    )
    phone = rehearsal.a_phone()
    phone.start(invited.code)
    phone.tap("Bokmål")
    phone.tap("Ja, gjerne")

    rehearsal.run(an_appointment, invited.participant, oslo("2026-11-04 12:00"), announce=True)
    rehearsal.wind_to(oslo("2026-11-04 12:00"))

    assert len(phone.by_rule("session_change")) == 1
    texts = [message.text for message in phone.by_rule("session_reminder")]
    assert "Du har en avtale i morgen, onsdag 4. november kl. 12.00" in texts[0]
    assert "Avtalen din begynner kl. 12.00, om 2 timer" in texts[1]
    assert "Sted: Rom 3" in texts[0]


def test_an_appointment_is_nobody_elses(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    other = rehearsal.ben_starts()

    rehearsal.run(an_appointment, rehearsal.cast.amina, oslo("2026-11-02 15:00"), announce=True)
    rehearsal.wind_to(oslo("2026-11-02 15:00"))

    assert other.texts == []


def test_the_same_reminder_fired_twice_is_said_once(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()
    reminder = rehearsal.pending(rehearsal.cast.amina, "session_reminder")[0]
    rehearsal.wind_to(reminder.due_at)

    # As after a crash between the commit and its being known.
    rehearsal.run(
        lambda uow: uow.occurrences.save(replace(reminder, state=OccurrenceState.PENDING))
    )
    rehearsal.settle()

    assert len(phone.by_rule("session_reminder")) == 1
    assert len(rehearsal.ledger(rehearsal.cast.amina, "session_reminder")) == 1
