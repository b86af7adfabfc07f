"""`tettpa run` makes what is ordered: real files on a phone, by a process that tells nobody anything."""

from pathlib import Path

from bot.services.document_orders import order_document
from bot.services.ports import UnitOfWork
from tests.emulator_process import start_emulator
from tests.journeys.rig import Rig, free_port
from tests.real_office import AMINA_CHAT, NOON, TOKEN, RealOffice, found_office, open_office_at
from tests.waiting import wait_until


def test_an_order_of_before_the_start_is_on_the_phone_soon_after(tmp_path: Path) -> None:
    with start_emulator(tmp_path, now=NOON) as emulator:
        emulator.add_bot(TOKEN, username="sample_bot")
        emulator.add_phone("Amina", user_id=AMINA_CHAT)
        emulator.start(AMINA_CHAT)
        rig = Rig(tmp_path, emulator)
        found_office(rig.database_url)
        with open_office_at(rig.database_url) as office:
            office.do(_order, office)

        with rig.program(free_port()):
            wait_until(lambda: len(emulator.requests(method="sendDocument")) == 2, within=30)
            pictures = emulator.requests(method="sendPhoto")

    log = rig.logs[0].read_text("utf-8")
    assert len(pictures) == 1
    assert '"event": "document_made"' in log
    assert "Hemmelig" not in log


def _order(uow: UnitOfWork, office: RealOffice) -> None:
    amina = office.amina
    uow.profiles.put(amina.office_id, amina.id, "cv_name", "Hemmelig Navn", at=uow.now)
    order_document(uow, amina, document="cv", key="a key")
