"""The certificate that comes by itself once somebody has finished every module of the programme."""

from __future__ import annotations

from bot.domain.document_orders import DocumentKind
from bot.domain.flows import RunStatus
from bot.domain.people import Participant
from bot.domain.rehearsal import is_rehearsed
from bot.services.document_orders import order_document
from bot.services.ports import UnitOfWork


def order_certificate_when_done(uow: UnitOfWork, participant: Participant) -> None:
    """Order it if nothing of the programme is left; once per enrolment. For after a finished run."""
    enrolment = uow.enrolments.latest_of(participant.id)
    finished = {
        run.flow_key
        for run in uow.runs.of_participant(participant.id)
        if run.status == RunStatus.FINISHED.value and not is_rehearsed(run)
    }
    modules = uow.pack(participant.office_id).programme.modules
    if not modules or any(f"module:{module.key}" not in finished for module in modules):
        return
    order_document(
        uow,
        participant,
        document=DocumentKind.CERTIFICATE,
        key=f"certificate:{enrolment.id}" if enrolment else f"certificate:of:{participant.id}",
        is_wish=False,
    )
