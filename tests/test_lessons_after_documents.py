"""The maker of documents and the lesson that waits: what was made stays made, whatever follows it."""

from pathlib import Path
from typing import Any

import pytest

from bot import document_maker
from bot.document_maker import DocumentMaker
from bot.domain.document_orders import DocumentOrder, MadeDocument, OrderState
from bot.domain.errors import TextFailed
from bot.domain.flows import RunState, RunStatus
from bot.domain.message_bodies import load_body
from bot.domain.messages import Run
from bot.domain.people import Participant
from bot.services import document_making
from bot.services.document_orders import order_document
from bot.services.ports import UnitOfWork
from bot.services.runs import store_run
from tests.delivery.conftest import RealTime, running
from tests.document_work import two_files
from tests.real_office import open_office
from tests.waiting import until


@pytest.mark.parametrize("error", [TextFailed("Text make.after is broken."), ZeroDivisionError()])
async def test_a_lesson_that_cannot_go_on_takes_nobodys_file_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    async def quick(_: Any) -> MadeDocument:
        return two_files({})

    monkeypatch.setattr(document_making, "advance", broken)
    monkeypatch.setattr(document_maker, "TOGETHER_S", 0.0)
    with open_office(tmp_path) as office:
        ordered = office.do(_order_of_a_sleeping_lesson, office.amina)
        maker = DocumentMaker(
            office.storage, on_made=lambda: None, render=quick, real_now=RealTime()
        )

        async with running(maker.run()):
            await until(lambda: office.rows("notices"))

        (order,) = office.rows("document_orders")
        said = [load_body(row.body).attachment for row in office.rows("outbox")]
        (told,) = office.rows("notices")
        assert (order.id, order.state) == (ordered.id, OrderState.MADE)
        assert [file.name for file in said if file] == ["CV Ada.png", "CV Ada.pdf"]
        assert len(said) == 2  # not a word that it failed
        assert "was made, but its lesson could not go on" in told.context["sentence"]


def _order_of_a_sleeping_lesson(uow: UnitOfWork, amina: Participant) -> DocumentOrder:
    run: Run = store_run(
        uow, amina, RunState("module:cv", "a_step", RunStatus.WAITING), subject="course"
    )
    found = order_document(uow, amina, document="cv", key="a key", run=run, step_key="a_step")
    assert found is not None
    return found
