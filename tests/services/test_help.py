""" "I need help": the danger card, who acts by when, and one case."""

from datetime import timedelta

import pytest

from bot.domain.case_commands import Acknowledge
from bot.domain.messages import Lane
from bot.services.cases import act_on_case
from tests.builders import oslo
from tests.rehearsal import Rehearsal


@pytest.mark.parametrize(
    "words", ["Jeg trenger hjelp", "hjelp", "Ring meg!", "HELP", "I need help"]
)
def test_help_opens_a_case_shows_the_card_and_says_who_acts_by_when(
    rehearsal: Rehearsal, words: str
) -> None:
    phone = rehearsal.amina_starts()

    card, promise = phone.write(words)

    assert all(number in card for number in ("113", "116 117", "116 123"))
    assert "Carol" in promise
    # Four working hours after 08:30.
    assert "senest i dag kl. 12.30" in promise
    cases = rehearsal.read(lambda uow: uow.cases.open_of(rehearsal.cast.amina.id))
    assert [case.reason for case in cases] == ["help"]


def test_help_goes_before_everything_else_that_is_queued(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.telegram_is_up = False
    phone.write("Min uke")

    phone.write("Jeg trenger hjelp")
    rehearsal.telegram_is_up = True
    rehearsal.deliver()

    lanes = {row.lane for row in rehearsal.ledger(rehearsal.cast.amina, "help")}
    assert lanes == {Lane.URGENT}
    assert "113" in phone.texts[0]


def test_help_outside_staffed_hours_promises_the_next_staffed_time(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-06 21:30"))  # a Friday night

    card, promise = phone.write("Jeg trenger hjelp")[:2]

    assert "113" in card
    assert "åpner mandag 9. november kl. 08.00" in promise
    assert "senest mandag 9. november kl. 12.00" in promise


def test_help_asked_twice_is_one_case_and_the_card_comes_again(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.command("hjelp")

    card, promise = phone.command("hjelp")

    assert "113" in card
    assert promise.startswith("Vi har fått beskjeden din.")
    assert len(rehearsal.read(lambda uow: uow.cases.of_participant(rehearsal.cast.amina.id))) == 1


def test_the_caseworker_is_told_of_help_at_once_and_without_a_name(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-06 21:30"))

    rehearsal.mailbox.clear()
    phone.write("Jeg trenger hjelp")
    rehearsal.settle()

    mails = rehearsal.mails_to(rehearsal.cast.carol.email)
    assert [mail.at for mail in mails] == [rehearsal.now]
    assert "Amina" not in mails[0].subject + mails[0].text
    assert "http://console.test/cases/" in mails[0].text


def test_once_a_human_takes_the_case_the_participant_is_told_once(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Jeg trenger hjelp")
    carol = rehearsal.cast.carol
    case = rehearsal.read(lambda uow: uow.cases.open_of(rehearsal.cast.amina.id))[0]

    rehearsal.run(act_on_case, carol, case.id, Acknowledge(carol.id, case.version))
    rehearsal.settle()

    assert phone.last.text == "Carol har sett dette."


def test_help_during_a_pause_opens_as_ever(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Pause")
    phone.tap("En uke")
    rehearsal.wind_to(rehearsal.now + timedelta(days=1))

    phone.write("Jeg trenger hjelp")

    cases = rehearsal.read(lambda uow: uow.cases.open_of(rehearsal.cast.amina.id))
    assert [case.reason for case in cases] == ["help"]
