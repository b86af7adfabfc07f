"""A claim whose commit went unheard, because the connection died after it, runs again."""

from datetime import datetime, timedelta

from bot.domain.document_orders import DocumentOrder
from bot.services.delivery_results import Claimed, claim_messages
from bot.services.document_making import claim_order
from bot.services.notices import Mail, claim_mails
from bot.services.ports import UnitOfWork
from tests.builders import oslo
from tests.document_work import order
from tests.rehearsal import CONSOLE, Rehearsal

REAL = oslo("2026-11-21 09:00")


def _once_more(uow: UnitOfWork, at: datetime) -> list[Claimed]:
    uow.may_be_done = True
    return claim_messages(uow, 1, real_now=at, limit=99)


def test_messages_whose_claim_went_unheard_are_there_when_it_runs_again(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    phone, other = rehearsal.amina_starts(), rehearsal.ben_starts()
    rehearsal.telegram_is_up = False
    phone.write("Min uke")
    unheard = rehearsal.run(claim_messages, 1, real_now=REAL, limit=99)
    other.write("Min uke")

    again = rehearsal.run(_once_more, REAL)
    afterwards = rehearsal.run(_once_more, REAL + timedelta(milliseconds=1))

    assert again == unheard != []
    assert [claimed.chat_id for claimed in afterwards] == [other.chat_id]


def test_mails_whose_claim_went_unheard_are_there_when_it_runs_again(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    rehearsal.amina_starts().write("Jeg trenger hjelp")

    def once_more(uow: UnitOfWork) -> list[Mail]:
        uow.may_be_done = True
        return claim_mails(uow, real_now=REAL, console_url=CONSOLE)

    unheard = rehearsal.run(claim_mails, real_now=REAL, console_url=CONSOLE)
    again = rehearsal.run(once_more)

    assert [mail.notice_ids for mail in again] == [mail.notice_ids for mail in unheard] != []


def test_an_order_whose_claim_went_unheard_is_there_when_it_runs_again(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    rehearsal.amina_starts()
    ordered = [order(rehearsal, document, document) for document in ("cv", "budget")]

    def once_more(uow: UnitOfWork, at: datetime) -> DocumentOrder | None:
        uow.may_be_done = True
        return claim_order(uow, real_now=at)

    unheard = rehearsal.run(claim_order, real_now=REAL)
    again = rehearsal.run(once_more, REAL)
    afterwards = rehearsal.run(once_more, REAL + timedelta(milliseconds=1))

    assert again == unheard is not None
    assert [found.id for found in (again, afterwards) if found] == [o.id for o in ordered if o]
