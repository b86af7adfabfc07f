"""A participant's own settings."""

from datetime import timedelta

from bot.domain.messages import OutboxState
from tests.builders import oslo
from tests.rehearsal import Rehearsal


def test_the_settings_are_shown_with_what_holds_now(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    answers = phone.write("Innstillinger")

    assert "Språk: bokmål" in answers[0]
    assert "rundt kl. 12.00" in answers[0]
    assert "Færre meldinger: av" in answers[0]


def test_another_language_comes_with_the_menu_in_it(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Innstillinger")
    phone.tap("Bytt språk")

    phone.tap("English")

    assert phone.last.body.menu is not None
    assert phone.last.body.menu[0] == ("My week", "My course")
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    assert "tomorrow" in phone.last.text


def test_another_hour_moves_the_check_in(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Innstillinger")
    phone.tap("Bytt tid på dagen")

    phone.tap("Om kvelden, kl. 18")

    assert "rundt kl. 18.00" in phone.last.text
    due = [occurrence.due_at for occurrence in rehearsal.pending(rehearsal.cast.amina, "check_in")]
    assert due == [oslo("2026-11-06 18:00")]


def test_an_hour_changed_there_and_back_still_brings_the_check_in(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()
    for label in ("Om kvelden, kl. 18", "Midt på dagen, kl. 12", "Om kvelden, kl. 18"):
        phone.write("Innstillinger")
        phone.tap("Bytt tid på dagen")
        phone.tap(label)

    rehearsal.wind_to(oslo("2026-11-07 08:00"))

    assert [message.at for message in phone.by_rule("check_in")] == [oslo("2026-11-06 18:00")]


def test_fewer_messages_hold_back_the_second_reminder_of_an_answered_session(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Innstillinger")
    phone.tap("Færre meldinger")
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    phone.tap("Kommer")

    rehearsal.wind_to(oslo("2026-11-05 08:00"))

    amina = rehearsal.cast.amina
    sent = [
        row for row in rehearsal.ledger(amina, "session_reminder") if row.state is OutboxState.SENT
    ]
    # The evening before both sessions, and two hours before the one that was not answered.
    assert [row.created_at for row in sent] == [
        oslo("2026-11-02 18:00"),
        oslo("2026-11-04 18:00"),
        oslo("2026-11-05 08:00"),
    ]
    assert ("session_reminder", "fewer_messages") in rehearsal.held_back(amina)


def test_messages_as_usual_can_be_chosen_again(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Innstillinger")
    phone.tap("Færre meldinger")
    rehearsal.wind_to(rehearsal.now + timedelta(minutes=5))
    phone.write("Innstillinger")

    phone.tap("Vanlig igjen")

    assert not rehearsal.now_of(rehearsal.cast.amina).fewer_messages
