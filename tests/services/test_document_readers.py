"""Whom a made document reaches, and when: not who left, later who blocked the bot, and never staff."""

import pytest

from bot.services.console_conversation import Outgoing, conversation_of
from bot.services.document_making import finish_order
from bot.services.ports import UnitOfWork
from tests.builders import oslo
from tests.document_work import claim, make_documents, order, orders_of_amina, put, two_files
from tests.rehearsal import Rehearsal


def test_who_left_gets_no_file_any_more(rehearsal_on_both: Rehearsal) -> None:
    phone = rehearsal_on_both.amina_starts()
    order(rehearsal_on_both)
    phone.write("Slutte her")
    phone.tap("Ja, jeg vil slutte her")

    made = make_documents(rehearsal_on_both)

    assert made == 0
    assert phone.by_rule("document") == []
    assert orders_of_amina(rehearsal_on_both)[0].reason == "left"


def test_who_leaves_while_it_is_made_gets_no_file(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    order(rehearsal)
    held = claim(rehearsal)
    assert held is not None
    phone.write("Slutte her")
    phone.tap("Ja, jeg vil slutte her")

    rehearsal.run(finish_order, held, two_files({}))
    rehearsal.settle()

    assert phone.by_rule("document") == []


def test_for_whoever_blocked_the_bot_it_waits_until_they_are_back(
    rehearsal_on_both: Rehearsal,
) -> None:
    phone = rehearsal_on_both.amina_starts()
    order(rehearsal_on_both)
    phone.block()

    meanwhile = make_documents(rehearsal_on_both)
    is_idle = rehearsal_on_both.read(lambda uow: uow.document_orders.is_idle())
    phone.unblock()
    made = make_documents(rehearsal_on_both)

    assert (meanwhile, is_idle) == (0, True)
    assert made == 1
    assert len(phone.by_rule("document")) == 2


def test_who_blocks_the_bot_while_it_is_made_gets_it_when_they_are_back(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    order(rehearsal)
    held = claim(rehearsal)
    assert held is not None
    phone.block()
    rehearsal.run(finish_order, held, two_files({}))
    phone.unblock()

    made = make_documents(rehearsal)

    assert made == 1
    assert len(phone.by_rule("document")) == 2


def test_an_order_of_somebody_erased_meanwhile_is_dropped(rehearsal_on_both: Rehearsal) -> None:
    phone = rehearsal_on_both.amina_starts()
    put(rehearsal_on_both, cv_name="Ada", cv_jobs=({"title": "Kokk"},))
    order(rehearsal_on_both)
    held = claim(rehearsal_on_both)
    assert held is not None
    phone.write("Slett meg")
    phone.tap("Ja, slett meg")
    phone.forget()

    rehearsal_on_both.run(finish_order, held, two_files({}))
    rehearsal_on_both.settle()

    amina = rehearsal_on_both.cast.amina
    assert orders_of_amina(rehearsal_on_both) == []
    assert rehearsal_on_both.read(lambda uow: uow.profiles.of(amina.id)) == {}
    assert phone.received == []


def test_what_waited_over_an_outage_comes_in_allowed_hours(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    order(rehearsal)
    rehearsal.clock.set(oslo("2026-11-03 03:00"))
    make_documents(rehearsal)
    at_night = list(phone.by_rule("document"))

    rehearsal.wind_to(oslo("2026-11-03 08:00"))

    assert at_night == []
    assert len(phone.by_rule("document")) == 2


@pytest.mark.parametrize("document", ["budget", "cv"])
def test_staff_see_that_a_file_came_and_nothing_of_what_is_in_it(
    rehearsal: Rehearsal, document: str
) -> None:
    rehearsal.amina_starts()
    put(rehearsal, budget_in_wages="98765", cv_name="Ada")
    order(rehearsal, document=document)
    make_documents(rehearsal)

    def seen(uow: UnitOfWork) -> list[Outgoing]:
        lines = conversation_of(uow, rehearsal.cast.amina, {}, limit=50).lines
        return [one for one in lines if isinstance(one, Outgoing) and one.rule == "document"]

    shown = rehearsal.read(seen)

    assert [(one.text, one.attachment) for one in shown] == [
        ("", "CV Ada.pdf"),
        ("", "CV Ada.png"),
    ]
