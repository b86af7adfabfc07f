"""What must not slow down with the size of a country: each asks the index made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.services.ports import UnitOfWork
from bot.storage.tables.messages import outbox
from tests.real_office import NOON, OFFICE, RealOffice, open_office_at
from tests.storage.backup_place import Place
from tests.storage.test_hot_queries import plans, statements_run


@pytest.fixture
def office(place: Place) -> Iterator[RealOffice]:
    with open_office_at(place.url) as opened:
        yield opened


def _outbox_of_question(uow: Any) -> None:
    """As the foreign key asks, for every question that is deleted."""
    uow._db.execute(select(outbox.c.id).where(outbox.c.question_id == 1))


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        pytest.param(lambda uow: uow.runs.by_question(1), "ix_run_question", id="a tap"),
        pytest.param(_outbox_of_question, "ix_outbox_question", id="an erased question"),
        pytest.param(
            lambda uow: uow.free_texts.unseen_of_office(OFFICE),
            "ix_free_text_unseen",
            id="an office's unread texts",
        ),
        pytest.param(
            lambda uow: uow.enrolments.active_of_office(OFFICE),
            "ix_enrolment_active_office",
            id="an office's courses",
        ),
        pytest.param(
            lambda uow: uow.questions.open_of_kind("run", asked_after=NOON),
            "ix_question_open",
            id="what was asked before an outage",
        ),
        pytest.param(
            lambda uow: uow.inbox.drop_payloads(received_before=NOON),
            "ix_inbox_texts",
            id="updates past their time",
        ),
        pytest.param(
            lambda uow: uow.notices.with_lease_over(NOON),
            "ix_notice_claimed",
            id="what a mailer left behind",
        ),
        pytest.param(
            lambda uow: uow.absences.offices_changing_between(NOON, NOON + timedelta(days=1)),
            "ix_absence_starts_at",
            id="whose absence began",
        ),
    ],
)
def test_it_is_answered_from_its_index(
    office: RealOffice, ask: Callable[[UnitOfWork], Any], index: str
) -> None:
    with statements_run() as statements:
        office.do(ask)

    lines = [line for plan in plans(office, statements) for line in plan]
    assert any(index in line for line in lines), lines
