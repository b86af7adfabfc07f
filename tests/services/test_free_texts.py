"""Words and media that answer nothing, and words given to a question with buttons."""

import pytest

from bot.domain.messages import FreeText
from bot.domain.planning import ExpectationState
from bot.services.cases import raise_signal
from bot.services.free_texts import mark_texts_seen
from tests.builders import oslo
from tests.rehearsal import Rehearsal

FRIDAY = oslo("2026-11-06 12:00")


def _kept(rehearsal: Rehearsal) -> list[FreeText]:
    amina = rehearsal.cast.amina
    return rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=100))


def test_a_free_text_is_kept_acknowledged_and_told_in_the_next_digest(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()

    answers = phone.write("Jeg kommer ikke inn på kurset <b>i dag</b> & det er OK")
    rehearsal.wind_to(oslo("2026-11-02 09:00"))

    assert answers[0].startswith("Takk, vi har fått meldingen. Carol eller en kollega")
    assert [text.text for text in _kept(rehearsal)] == [
        "Jeg kommer ikke inn på kurset <b>i dag</b> & det er OK"
    ]
    mails = rehearsal.mails_to(rehearsal.cast.carol.email)
    assert [mail.at for mail in mails] == [oslo("2026-11-02 09:00")]
    assert "kurset" not in mails[0].subject + mails[0].text


def test_outside_staffed_hours_they_are_told_when_it_is_read(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-07 23:00"))

    answers = phone.write("Er det noen der?")

    assert "åpner mandag 9. november kl. 08.00" in answers[0]


def test_five_messages_in_a_row_are_acknowledged_once_and_all_kept(
    rehearsal_on_both: Rehearsal,
) -> None:
    phone = rehearsal_on_both.amina_starts()

    answers = [phone.write(f"Melding nummer {number}") for number in range(5)]

    assert [len(each) for each in answers] == [1, 0, 0, 0, 0]
    assert len(_kept(rehearsal_on_both)) == 5


def test_a_free_text_closes_an_open_quiet_case_and_nobody_hears_of_it(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina
    rehearsal.run(lambda uow: raise_signal(uow, amina, reason="quiet", source="test"))

    answers = phone.write("Her er jeg")

    case = rehearsal.read(lambda uow: uow.cases.of_participant(amina.id))[0]
    assert (case.is_open, case.outcome) == (False, "answered")
    assert len(answers) == 1


@pytest.mark.parametrize("act", ["menu", "start", "unblock"])
def test_a_menu_tap_a_start_or_unblocking_leaves_the_case_open(
    rehearsal: Rehearsal, act: str
) -> None:
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina
    rehearsal.run(lambda uow: raise_signal(uow, amina, reason="quiet", source="test"))

    {"menu": lambda: phone.write("Min uke"), "start": phone.start, "unblock": phone.unblock}[act]()

    assert rehearsal.read(lambda uow: uow.cases.of_participant(amina.id))[0].is_open


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker"])
def test_media_are_noted_and_answered_kindly(rehearsal: Rehearsal, kind: str) -> None:
    phone = rehearsal.amina_starts()

    answers = phone.send(kind, "Se her")

    assert answers[0].startswith("Her kan vi bare lese ord.")
    assert [(text.kind, text.text) for text in _kept(rehearsal)] == [(kind, "Se her")]


def test_an_edited_message_is_a_revision_beside_the_first(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Jeg kommer kl. ti")

    answers = phone.edit("Jeg kommer kl. elleve")

    assert answers[0].startswith("Vi ser at du endret en melding.")
    assert [(text.kind, text.text) for text in _kept(rehearsal)] == [
        ("text", "Jeg kommer kl. ti"),
        ("edit", "Jeg kommer kl. elleve"),
    ]


@pytest.mark.parametrize("words", ["Litt tung", "litt tung.", "3"])
def test_a_typed_button_or_its_number_counts_as_the_answer(
    rehearsal: Rehearsal, words: str
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)

    answers = phone.write(words)

    assert answers[0].startswith("Takk for at du sier det.")
    assert rehearsal.awaited(rehearsal.cast.amina) == []
    assert _kept(rehearsal) == []


def test_words_to_a_button_question_reach_the_caseworker_and_the_question_stands(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)

    answers = phone.write("Uka var fin til torsdag, så ble den rar")
    phone.tap("Helt grei")

    assert answers[0].endswith("Her er det nok å trykke på en av knappene.")
    assert [text.text for text in _kept(rehearsal)] == ["Uka var fin til torsdag, så ble den rar"]
    assert phone.last.text.startswith("Takk for at du svarte.")


def test_words_instead_of_the_answer_are_no_silence(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    waiting = rehearsal.awaited(rehearsal.cast.amina)[0]

    phone.write("Orker ikke knapper i dag")

    assert rehearsal.read(lambda uow: uow.expectations.get(waiting.id)).state is (
        ExpectationState.MET
    )


def test_a_number_that_is_no_button_is_explained(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)

    answers = phone.write("9")

    assert len(answers) == 1
    assert answers[0].startswith("Takk, vi har fått meldingen.")


def test_a_photo_where_words_are_asked_is_explained_and_the_question_comes_again(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    phone.tap("Fin")

    answers = phone.send("photo")

    assert answers[0].startswith("Her kan vi bare ta imot ord.")
    phone.write("Alt er bra")
    assert [(text.kind, text.text) for text in _kept(rehearsal)] == [
        ("photo", ""),
        ("answer", "Alt er bra"),
    ]


def test_staff_mark_what_they_have_read(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Les meg")
    cast = rehearsal.cast

    count = rehearsal.run(mark_texts_seen, cast.carol, cast.amina)

    assert count == 1
    assert _kept(rehearsal)[0].seen_by == cast.carol.id
    assert rehearsal.read(lambda uow: uow.free_texts.unseen_of_participant(cast.amina.id)) == []
