"""First contact: the code, the language, and yes, no or more."""

from datetime import timedelta

import pytest

from bot.domain.people import ParticipantStatus
from bot.services.participants import new_code
from bot.services.ports import UnitOfWork
from tests.rehearsal import Rehearsal


def test_the_code_opens_the_choice_of_language(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()

    phone.start(rehearsal.cast.amina_code)

    assert phone.last.labels == ["Bokmål", "Nynorsk", "English"]


@pytest.mark.parametrize(
    ("label", "language", "words"),
    [
        ("Bokmål", "nb", "Vil du være med?"),
        ("Nynorsk", "nn", "Vil du vere med?"),
        ("English", "en", "Would you like to join?"),
    ],
)
def test_the_welcome_comes_in_the_language_chosen(
    rehearsal: Rehearsal, label: str, language: str, words: str
) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)

    phone.tap(label)

    assert rehearsal.now_of(rehearsal.cast.amina).language == language
    assert words in phone.last.text
    assert "Amina" in phone.last.text
    assert "Carol" in phone.last.text


def test_a_yes_brings_the_menu_and_plans_the_first_check_in(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)
    phone.tap("Bokmål")

    phone.tap("Ja, gjerne")

    assert rehearsal.now_of(rehearsal.cast.amina).status is ParticipantStatus.ACTIVE
    assert phone.last.body.menu is not None
    assert phone.last.body.menu[0] == ("Min uke", "Mitt kurs")
    assert len(rehearsal.pending(rehearsal.cast.amina, "check_in")) == 1


def test_more_is_told_and_the_question_stands(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)
    phone.tap("Bokmål")

    phone.tap("Fortell mer")

    assert "Hvem ser det du skriver?" in phone.last.text
    assert phone.last.labels == ["Ja, gjerne", "Nei takk"]
    assert rehearsal.now_of(rehearsal.cast.amina).status is ParticipantStatus.INVITED


def test_a_no_is_respected_and_the_caseworker_is_told(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)
    phone.tap("Bokmål")

    phone.tap("Nei takk")
    rehearsal.settle()

    assert "samme oppfølgingen på en annen måte" in phone.last.text
    assert rehearsal.now_of(rehearsal.cast.amina).status is ParticipantStatus.DECLINED
    carol = rehearsal.mails_to(rehearsal.cast.carol.email)
    assert len(carol) == 1
    assert "annen måte" in carol[0].subject
    assert "Amina" not in carol[0].subject + carol[0].text


def test_a_no_never_becomes_a_case(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)
    phone.tap("Bokmål")
    phone.tap("Nei takk")

    rehearsal.wind_to(rehearsal.now + timedelta(days=21))

    amina = rehearsal.cast.amina
    assert rehearsal.read(lambda uow: uow.cases.of_participant(amina.id)) == []
    assert phone.last.text.startswith("Det er helt greit.")


def test_a_changed_mind_begins_after_all(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)
    phone.tap("Bokmål")
    phone.tap("Nei takk")
    rehearsal.wind_to(rehearsal.now + timedelta(hours=2))

    phone.write("Hei, jeg vil likevel")
    phone.tap("Begynn")

    amina = rehearsal.cast.amina
    assert rehearsal.now_of(amina).status is ParticipantStatus.ACTIVE
    assert len(rehearsal.pending(amina, "check_in")) == 1
    modules = rehearsal.read(lambda uow: uow.pack(1).programme.modules)
    assert len(rehearsal.pending(amina, "module_offer")) == len(modules)
    assert rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=9)) == []


def test_words_before_the_yes_are_not_kept_and_the_question_comes_again(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)
    phone.tap("Bokmål")

    answers = phone.write("Hva er dette?")

    amina = rehearsal.cast.amina
    assert "Ingen her leser" in answers[0]
    assert phone.last.labels == ["Ja, gjerne", "Nei takk", "Fortell mer"]
    assert rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=9)) == []


def _expired(rehearsal: Rehearsal) -> str:
    rehearsal.wind_to(rehearsal.now + timedelta(days=14))
    return rehearsal.cast.amina_code


def _used(rehearsal: Rehearsal) -> str:
    rehearsal.amina_starts()
    return rehearsal.cast.amina_code


def _withdrawn(rehearsal: Rehearsal) -> str:
    rehearsal.run(lambda uow: new_code(uow, rehearsal.cast.amina))
    return rehearsal.cast.amina_code


@pytest.mark.parametrize("make", [_expired, _used, _withdrawn])
def test_a_code_that_does_not_work_is_answered_like_a_wrong_one(
    rehearsal: Rehearsal, make: object
) -> None:
    assert callable(make)
    code = make(rehearsal)
    stranger, other = rehearsal.a_phone(), rehearsal.a_phone()

    answers = [*stranger.start(code), *stranger.write(code)]
    to_wrong = [*other.start("AAAAAAAAAA"), *other.write("BBBBBBBBBB")]

    assert answers == to_wrong
    assert (
        answers
        == ["Den koden kjenner vi ikke. Se etter en gang til, eller be om en ny der du fikk den."]
        * 2
    )


def test_a_code_used_by_another_account_stays_with_the_first(rehearsal: Rehearsal) -> None:
    amina = rehearsal.amina_starts()
    thief = rehearsal.a_phone()

    thief.start(rehearsal.cast.amina_code)
    thief.write("Hva heter jeg?")

    assert "Amina" not in " ".join(thief.texts)
    assert amina.write("Er jeg her?")[0].startswith("Takk, vi har fått meldingen.")


def test_many_wrong_codes_are_slowed_down_even_before_the_right_one(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    for attempt in range(5):
        phone.start(f"WRONGCODE{attempt}")

    slowed = phone.start(rehearsal.cast.amina_code)
    rehearsal.wind_to(rehearsal.now + timedelta(minutes=15))
    phone.start(rehearsal.cast.amina_code)

    assert slowed == ["Nå ble det mange forsøk. Vent 15 minutter, og prøv igjen."]
    assert phone.last.labels == ["Bokmål", "Nynorsk", "English"]


def test_a_code_typed_by_hand_may_have_small_letters_and_dashes(rehearsal: Rehearsal) -> None:
    code = rehearsal.cast.amina_code.lower()
    phone = rehearsal.a_phone()

    phone.write(f" {code[:5]}-{code[5:]} ")

    assert phone.last.labels == ["Bokmål", "Nynorsk", "English"]


def test_a_stranger_is_asked_for_the_code_in_their_phones_language(rehearsal: Rehearsal) -> None:
    norwegian = rehearsal.a_phone(language="no")
    english = rehearsal.a_phone(language="en-GB")
    other = rehearsal.a_phone(language="ar")

    answers = [phone.write("Hei på dere alle sammen") for phone in (norwegian, english, other)]

    assert answers[0][0].startswith("Hei! Skriv koden")
    assert "code" in answers[1][0]
    assert answers[2] == answers[0]


def test_a_new_phone_is_bound_by_a_new_code_and_the_old_account_is_told(
    rehearsal: Rehearsal,
) -> None:
    old = rehearsal.amina_starts()
    code = rehearsal.run(lambda uow: new_code(uow, rehearsal.cast.amina))
    new = rehearsal.a_phone()

    new.start(code)

    assert "Nå er du koblet til her, Amina." in new.last.text
    assert "går nå til en annen Telegram-konto" in old.last.text
    assert old.last.body.menu == ()
    assert "Amina" not in old.last.text
    assert old.write("Er du der fortsatt?") == [
        "Hei! Skriv koden du har fått, så kommer vi i gang."
    ]
    assert new.write("Her er jeg")[0].startswith("Takk")


def test_a_question_that_had_not_reached_the_old_phone_reaches_the_new_one(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.amina_starts()
    amina = rehearsal.cast.amina
    friday = rehearsal.pending(amina, "check_in")[0].due_at
    rehearsal.wind_to(friday - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(friday)
    code = rehearsal.run(lambda uow: new_code(uow, amina))
    new = rehearsal.a_phone()

    new.start(code)
    rehearsal.telegram_is_up = True
    rehearsal.deliver()

    assert len(new.by_rule("check_in")) == 1
    assert rehearsal.awaited(amina)[0].next_at is not None


def test_start_again_by_somebody_bound_is_a_welcome_back(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    without_code, with_old_code = phone.start(), phone.start(rehearsal.cast.amina_code)

    assert without_code[0].startswith("Hei igjen, Amina!")
    assert with_old_code == without_code


def test_start_again_before_the_yes_asks_where_they_stand(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)
    before = phone.start()
    phone.tap("English")

    after = phone.start()

    assert "Which language" in before[0]
    assert phone.last.labels[0] == "Yes, please"
    assert len(after) == 1
    assert _open_questions(rehearsal) == 1


def _open_questions(rehearsal: Rehearsal) -> int:
    def count(uow: UnitOfWork) -> int:
        return len(uow.questions.open_of(rehearsal.cast.amina.id))

    return rehearsal.read(count)
