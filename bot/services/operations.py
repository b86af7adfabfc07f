"""Tells coordinators that something in the installation needs a look."""

from __future__ import annotations

from bot.domain.messages import Notice
from bot.domain.people import Role
from bot.services.ports import UnitOfWork


def tell_coordinators(uow: UnitOfWork, office_id: int, *, topic: str, sentence: str) -> None:
    """Queue one mail per coordinator, topic and day.

    `sentence` must hold no names and no words of participants.

    An office without a coordinator tells everybody on staff.
    """
    staff = [person for person in uow.staff.of_office(office_id) if person.departed_at is None]
    coordinators = [person for person in staff if person.role is Role.COORDINATOR] or staff
    for person in coordinators:
        uow.notices.store_once(
            Notice(
                office_id=office_id,
                staff_id=person.id,
                key=f"operations:{person.id}:{topic}:{uow.now:%Y-%m-%d}"[:200],
                kind="operations",
                created_at=uow.now,
                not_before=uow.now,
                context={"sentence": sentence[:500]},
            )
        )
