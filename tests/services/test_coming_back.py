"""Those who had said no or left: what they are told, and what happens when they begin again."""

from bot.domain.people import ParticipantStatus
from tests.phones import Phone
from tests.rehearsal import Rehearsal


def _leaves(rehearsal: Rehearsal) -> Phone:
    phone = rehearsal.amina_starts()
    phone.command("slutt")
    phone.tap("Ja, jeg vil slutte her")
    rehearsal.settle()
    return phone


def test_whoever_left_and_writes_is_told_that_nobody_reads_here(rehearsal: Rehearsal) -> None:
    phone = _leaves(rehearsal)

    phone.write("Er det noen der?")

    assert rehearsal.read(lambda uow: uow.free_texts.unseen_of_office(1)) == []
    assert "Begynn" in phone.last.labels


def test_the_danger_card_comes_to_whoever_left_as_well(rehearsal: Rehearsal) -> None:
    phone = _leaves(rehearsal)
    phone.forget()

    phone.write("hjelp")

    assert any("113" in text for text in phone.texts)


def test_who_begins_again_is_back_in_the_course_and_the_caseworker_is_told(
    rehearsal: Rehearsal,
) -> None:
    phone = _leaves(rehearsal)
    rehearsal.mailbox.clear()
    phone.write("Hei")

    phone.tap("Begynn")
    rehearsal.settle()

    amina = rehearsal.now_of(rehearsal.cast.amina)
    enrolment = rehearsal.read(lambda uow: uow.enrolments.active_of(amina.id))
    assert amina.status is ParticipantStatus.ACTIVE
    assert enrolment is not None
    assert enrolment.cohort_id == rehearsal.cast.cohort.id
    assert len(rehearsal.pending(amina, "check_in")) == 1
    assert [mail.to for mail in rehearsal.mailbox] == [rehearsal.cast.carol.email]


def test_a_no_that_becomes_a_yes_is_told_to_the_caseworker(rehearsal: Rehearsal) -> None:
    phone = rehearsal.a_phone()
    phone.start(rehearsal.cast.amina_code)
    phone.tap("Bokmål")
    phone.tap("Nei takk")
    rehearsal.settle()
    rehearsal.mailbox.clear()

    phone.start()
    phone.tap("Begynn")
    rehearsal.settle()

    assert rehearsal.now_of(rehearsal.cast.amina).status is ParticipantStatus.ACTIVE
    assert len(rehearsal.mails_to(rehearsal.cast.carol.email)) == 1
