"""Codes however they come in, and whose chat it is."""

import pytest

from bot.domain.people import ParticipantStatus
from tests.rehearsal import Rehearsal


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(lambda code: code.lower(), id="small letters"),
        pytest.param(lambda code: f"{code[:5]} {code[5:]}", id="a space"),
        pytest.param(lambda code: f"{code[:5]} - {code[5:]}", id="a dash"),
        pytest.param(" ".join, id="every letter apart"),
    ],
)
def test_a_code_is_known_however_it_is_typed(rehearsal: Rehearsal, spelling) -> None:  # type: ignore[no-untyped-def]
    phone = rehearsal.a_phone()

    phone.write(spelling(rehearsal.cast.amina_code))

    assert phone.last.labels == ["Bokmål", "Nynorsk", "English"]


@pytest.mark.parametrize("way", ["link", "by hand"])
def test_a_chat_somebody_uses_is_not_given_to_the_owner_of_another_code(
    rehearsal: Rehearsal, way: str
) -> None:
    phone = rehearsal.amina_starts()

    (phone.start if way == "link" else phone.write)(rehearsal.cast.ben_code)

    assert rehearsal.now_of(rehearsal.cast.amina).status is ParticipantStatus.ACTIVE
    assert rehearsal.now_of(rehearsal.cast.ben).status is ParticipantStatus.INVITED
    assert "Carol" in phone.last.text
    assert rehearsal.cast.ben_code not in " ".join(phone.texts)
    other = rehearsal.a_phone()
    other.start(rehearsal.cast.ben_code)
    assert other.last.labels == ["Bokmål", "Nynorsk", "English"]


def test_a_bound_person_who_guesses_codes_is_counted(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    for number in range(6):
        phone.start(f"WRONGCODE{number}")

    attempts = rehearsal.read(lambda uow: uow.code_attempts.by_chat(1, phone.chat_id))
    assert attempts is not None
    assert attempts.failures == 6


@pytest.mark.parametrize("words", ["Hjelp!", "I need help"])
def test_a_stranger_who_asks_for_help_sees_the_danger_card(
    rehearsal: Rehearsal, words: str
) -> None:
    phone = rehearsal.a_phone()

    phone.write(words)

    assert any("113" in text and "116 117" in text for text in phone.texts)


def test_somebody_who_has_not_said_yes_sees_the_danger_card_too(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)

    phone.command("hjelp")

    assert any("116 123" in text for text in phone.texts)
