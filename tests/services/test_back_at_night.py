"""The program comes back outside allowed hours: what had not left waits, unless it would be too late."""

from datetime import timedelta

import pytest

from bot.domain.messages import Lane
from bot.services.outage import came_back
from bot.services.speaking import Sending, say_text
from tests.builders import oslo
from tests.rehearsal import Rehearsal

FRIDAY = oslo("2026-11-06 12:00")


def test_what_had_not_left_by_the_evening_does_not_leave_at_night(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(FRIDAY)
    phone.forget()

    rehearsal.telegram_is_up = True
    rehearsal.be_away_until(FRIDAY + timedelta(hours=12))
    at_night = list(phone.texts)
    rehearsal.wind_to(FRIDAY + timedelta(hours=21))

    assert at_night == []
    assert len(phone.texts) == 1


@pytest.mark.parametrize(
    ("rule", "ends_after"),
    [
        pytest.param("session_reminder", timedelta(hours=20), id="over in the morning"),
        pytest.param("session_change", timedelta(hours=28), id="put at night on purpose"),
    ],
)
def test_rather_at_night_than_too_late(
    rehearsal: Rehearsal, rule: str, ends_after: timedelta
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    phone.tap("Fin")
    rehearsal.telegram_is_up = False
    how = Sending(rule=rule, key="sample", lane=Lane.REMINDER, expires_at=FRIDAY + ends_after)
    rehearsal.run(say_text, rehearsal.cast.amina, "I morgen kl. 8", how=how)
    phone.forget()

    rehearsal.telegram_is_up = True
    rehearsal.be_away_until(FRIDAY + timedelta(hours=12))

    assert phone.texts == ["I morgen kl. 8"]


def test_what_a_bot_alone_was_away_for_is_left_to_its_sender(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY + timedelta(hours=12))
    how = Sending(rule="sample", key="sample", lane=Lane.REMINDER, is_initiative=True)
    said = rehearsal.run(say_text, rehearsal.cast.amina, "Hei", how=how)
    away = timedelta(minutes=10)

    rehearsal.run(came_back, rehearsal.now - away, office_id=rehearsal.cast.amina.office_id)

    assert rehearsal.ledger(rehearsal.cast.amina, "sample") == [said]


def test_by_day_what_had_not_left_keeps_its_place(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    rehearsal.telegram_is_up = False
    how = Sending(rule="sample", key="sample", lane=Lane.REMINDER, is_initiative=True)
    rehearsal.run(say_text, rehearsal.cast.amina, "Hei", how=how)

    rehearsal.telegram_is_up = True
    rehearsal.be_away_until(FRIDAY + timedelta(minutes=10))

    (message,) = rehearsal.ledger(rehearsal.cast.amina, "sample")
    assert message.not_before == FRIDAY
