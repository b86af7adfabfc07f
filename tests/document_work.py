"""Making ordered documents in a rehearsal: in this process, or as a maker that dies on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.document_orders import DocumentOrder, MadeDocument, MadeFile
from bot.domain.errors import DocumentFailed, TextFailed
from bot.services.document_making import (
    begin_order,
    claim_order,
    fail_order,
    finish_order,
    give_order_up,
    go_on_after_files,
)
from bot.services.document_orders import order_document
from bot.services.ports import UnitOfWork
from tests.rehearsal import Rehearsal

Render = Callable[[dict[str, Any]], MadeDocument]

PICTURE = MadeFile("CV Ada.png", "image/png", "aaaa", "Hva <bildet> viser")
PAPER = MadeFile("CV Ada.pdf", "application/pdf", "bbbb")
REAL_NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def two_files(_: dict[str, Any]) -> MadeDocument:
    return MadeDocument((PICTURE, PAPER))


def order(rehearsal: Rehearsal, key: str = "a key", document: str = "cv") -> DocumentOrder | None:
    """Order one for Amina."""
    amina = rehearsal.now_of(rehearsal.cast.amina)
    return rehearsal.run(order_document, amina, document=document, key=key)


def claim(rehearsal: Rehearsal, *, later: timedelta = timedelta(0)) -> DocumentOrder | None:
    found: DocumentOrder | None = rehearsal.program.storage._submit(
        rehearsal.program.storage._claiming, claim_order, real_now=REAL_NOW + later
    ).result()
    return found


def make_documents(rehearsal: Rehearsal, render: Render = two_files) -> int:
    """Settle all orders and deliver what comes of it; how many there were."""
    count = 0
    while (claimed := claim(rehearsal)) is not None:
        count += 1
        request = rehearsal.run(begin_order, claimed)
        if request is None:
            continue
        try:
            made = render(request)
        except DocumentFailed as failure:
            rehearsal.run(fail_order, claimed, sentence=str(failure))
        else:
            rehearsal.run(finish_order, claimed, made)
            _go_on(rehearsal, claimed)
    rehearsal.settle()
    return count


def _go_on(rehearsal: Rehearsal, claimed: DocumentOrder) -> None:
    try:
        rehearsal.run(go_on_after_files, claimed)
    except TextFailed as failure:
        rehearsal.run(give_order_up, claimed, sentence=str(failure))


def put(rehearsal: Rehearsal, **values: Any) -> None:
    """Write values into Amina's profile."""
    amina = rehearsal.cast.amina

    def write(uow: UnitOfWork) -> None:
        for name, value in values.items():
            uow.profiles.put(amina.office_id, amina.id, name, value, at=uow.now)

    rehearsal.run(write)


def orders_of_amina(rehearsal: Rehearsal) -> list[DocumentOrder]:
    return rehearsal.read(lambda uow: uow.document_orders.of_participant(rehearsal.cast.amina.id))
