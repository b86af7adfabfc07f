"""What is measured of the files that people wait for, on both databases."""

from dataclasses import replace

from bot.domain.people import AccountStatus, Participant
from bot.services.document_orders import cancel_orders, order_document
from bot.services.ports import UnitOfWork
from tests.health.test_measurements import measured
from tests.real_office import RealOffice


def test_documents_that_wait_are_counted_and_the_oldest_that_can_be_sent_tells_the_age(
    office: RealOffice,
) -> None:
    for someone in (office.ben, office.amina):
        office.do(order_document, someone, document="cv", key=f"for {someone.id}")
        office.clock.go_on(seconds=60)

    both_there = measured(office)
    office.do(_block, office.ben)  # his waits until he is back
    without_ben = measured(office)
    office.do(cancel_orders, office.amina.id, reason="a test")
    at_last = measured(office)

    found = [(m.documents_queued, m.ages["document"]) for m in (both_there, without_ben, at_last)]
    assert found == [(2, 120.0), (2, 60.0), (1, 0.0)]


def _block(uow: UnitOfWork, participant: Participant) -> None:
    account = uow.accounts.of_participant(participant.id)
    assert account is not None
    uow.accounts.save(replace(account, status=AccountStatus.BLOCKED))
