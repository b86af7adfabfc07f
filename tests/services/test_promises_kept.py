"""What was promised does not move: help asked for twice, a moved session's old buttons, stickers."""

from datetime import timedelta

from tests.builders import oslo
from tests.rehearsal import Rehearsal


def test_help_asked_for_again_promises_no_later_moment(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 09:00"))
    phone.command("hjelp")
    first = phone.last.text
    rehearsal.wind_to(rehearsal.now + timedelta(hours=3))

    phone.command("hjelp")

    promised = "13.00"
    assert promised in first
    assert promised in phone.last.text


def test_a_sticker_is_a_sign_of_life_and_closes_no_case(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-06 12:00"))
    awaited = [e.state for e in rehearsal.awaited(rehearsal.cast.amina)]

    phone.send("sticker")

    assert [e.state for e in rehearsal.awaited(rehearsal.cast.amina)] == awaited


def test_two_signs_of_life_within_a_minute_both_count(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(rehearsal.now + timedelta(seconds=30))

    phone.write("Hei")

    assert rehearsal.now_of(rehearsal.cast.amina).last_sign_of_life_at == rehearsal.now


def test_the_calendar_file_comes_at_every_tap_and_answers_nothing(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    phone.tap("Kommer")

    phone.tap("Legg i kalenderen")
    phone.tap("Legg i kalenderen")

    files = [m for m in phone.received if m.body.attachment is not None]
    assert len(files) == 2
    answers = rehearsal.read(
        lambda uow: uow.session_answers.of_participant(rehearsal.cast.amina.id)
    )
    assert [a.answer.value for a in answers] == ["coming"]
