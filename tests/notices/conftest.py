"""An office, and a mail server of our own that a test can make refuse."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from bot.notices import mailer as mailer_module
from bot.notices.mailer import Mailer
from tests.delivery.conftest import RealTime, running
from tests.real_office import RealOffice, open_office


class PostOffice:
    """Takes mails; `answers` are given to the next recipients instead of 250."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.data_answers: list[str] = []
        self.tried: list[str] = []
        self.url = ""

    async def handle_RCPT(
        self, server: Any, login: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.tried.append(address)
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, login: Any, envelope: Any) -> str:
        if self.data_answers:
            return self.data_answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    taker = PostOffice()
    controller = Controller(taker, hostname="127.0.0.1", port=_free_port())
    controller.start()
    taker.url = f"smtp://127.0.0.1:{controller.port}"
    yield taker
    controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RealOffice]:
    with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailer_module, "IDLE_S", 0.02)
    monkeypatch.setattr(mailer_module, "TOGETHER_S", 0.0)
    monkeypatch.setattr(mailer_module, "TIME_LIMIT_S", 2.0)


@pytest.fixture
def real_time() -> RealTime:
    return RealTime()


class MailRig:
    """Starts mailers; each `started` block is one life of the program."""

    def __init__(self, office: RealOffice, url: str, real_time: RealTime) -> None:
        self.office, self.url, self.real_time = office, url, real_time

    def mailer(self) -> Mailer:
        return Mailer(
            self.office.storage,
            smtp_url=self.url,
            mail_from="Tett på <bot@example.org>",
            console_url="http://127.0.0.1:8080",
            now=self.office.clock.now,
            real_now=self.real_time,
        )

    @asynccontextmanager
    async def started(self) -> AsyncIterator[Mailer]:
        mailer = self.mailer()
        async with running(mailer.run()):
            yield mailer


@pytest.fixture
def rig(office: RealOffice, post_office: PostOffice, real_time: RealTime) -> MailRig:
    return MailRig(office, post_office.url, real_time)
