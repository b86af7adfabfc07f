"""The office's staff group as coordinators see it in the console, and how they switch it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import RuleBroken
from bot.domain.people import Role, Staff
from bot.services.ports import UnitOfWork
from bot.services.staff_groups import switch_group_off


@dataclass(frozen=True, slots=True)
class GroupNote:
    """`linked_at` None: the office allows a group, and none has been linked yet.

    `code_until`: a code is out by which a group, or another one, can be linked.
    """

    linked_at: datetime | None
    code_until: datetime | None


def group_note(uow: UnitOfWork, staff: Staff) -> GroupNote | None:
    """What a coordinator is shown; None for an office without a group, and for everybody else."""
    if staff.role is not Role.COORDINATOR:
        return None
    group = uow.staff_groups.current_of(staff.office_id)
    if group is None:
        return None
    until = group.code_expires_at
    return GroupNote(group.linked_at, until if until is not None and until > uow.now else None)


def have_group_off(uow: UnitOfWork, staff: Staff) -> bool:
    """Whether there was one. Raises RuleBroken."""
    if staff.role is not Role.COORDINATOR:
        raise RuleBroken("Only coordinators can switch the staff group off: ask one of yours.")
    return switch_group_off(uow, staff.office_id)
