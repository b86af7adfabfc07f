"""Sends notices by e-mail: at least once, and a refused address is told from a resting server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

import structlog

from bot.domain.errors import StorageUnavailable
from bot.services.notices import (
    Mail,
    claim_mails,
    mail_delayed,
    mail_refused,
    mail_sent,
    recover_notices,
)
from bot.services.staff_channels import note_staff_channels

if TYPE_CHECKING:
    import aiosmtplib

log = structlog.get_logger(__name__)

IDLE_S = 0.5
TOGETHER_S = 0.05  # every reply wakes us, and few of them come with a mail
TROUBLE_REST_S = 1.0
TIME_LIMIT_S = 30.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class StorageRunner(Protocol):
    """Runs units of work; see bot/storage/threads.py."""

    def run(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


def _end_if_cancelled() -> None:
    """The mail library waits with `wait_for`, which in Python 3.11 may swallow a cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Mailer:
    """One loop over due notices. Without an SMTP address nothing is claimed and the log says so."""

    def __init__(
        self,
        storage: StorageRunner,
        *,
        smtp_url: str,
        mail_from: str,
        console_url: str,
        now: Callable[[], datetime],
        real_now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._storage = storage
        self._smtp_url = smtp_url
        self._mail_from = mail_from
        self._console_url = console_url
        self._now = now
        self._real_now = real_now
        self._wake = asyncio.Event()
        self.last_success: datetime | None = None

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        await self._note_channels()
        if not self._smtp_url:
            log.error(
                "no_mail_server", remedy="set TETTPA_SMTP_URL: staff get no notices without it"
            )
            return
        in_doubt = True  # what a mailer that died had claimed
        while True:
            _end_if_cancelled()
            self._wake.clear()
            mails: list[Mail] = []
            try:
                if in_doubt:
                    # This loop alone claims, so whatever is claimed now was left behind.
                    await self._storage.run(
                        recover_notices, real_now=self._real_now(), everything=True
                    )
                    in_doubt = False
                mails = await self._storage.run(
                    claim_mails, real_now=self._real_now(), console_url=self._console_url
                )
                for mail in mails:
                    await self._deliver(mail)
            except StorageUnavailable as error:
                log.error("notices_unreadable", error=str(error))
                mails, in_doubt = [], True
                await asyncio.sleep(TROUBLE_REST_S)
            if not mails:
                # Not wait_for: in Python 3.11 it swallows a cancellation that comes with the wake.
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await self._wake.wait()
                await asyncio.sleep(TOGETHER_S)

    async def _note_channels(self) -> None:
        """Where no mail leaves, what a staff group is told is what starts a case's clocks."""
        while True:
            try:
                await self._storage.run(
                    note_staff_channels,
                    has_mail=bool(self._smtp_url),
                    console_url=self._console_url,
                )
            except StorageUnavailable as error:
                log.error("notices_unreadable", error=str(error))
                await asyncio.sleep(TROUBLE_REST_S)
            else:
                return

    async def _deliver(self, mail: Mail) -> None:
        import aiosmtplib  # half a megabyte and 4 ms, with the first mail

        try:
            await send_mail(self._smtp_url, self._message(mail))
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPSenderRefused) as error:
            await self._refused(mail, error)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            log.warning("mail_delayed", error=type(error).__name__, notices=mail.notice_ids)
            await self._storage.run(
                mail_delayed,
                mail.notice_ids,
                reason=type(error).__name__,
                real_now=self._real_now(),
            )
        except Exception as error:  # a letter that cannot be written must not stop the others
            log.error(
                "mail_failed",
                error=type(error).__name__,
                notices=mail.notice_ids,
                exc_info=True,
            )
            await self._storage.run(
                mail_delayed,
                mail.notice_ids,
                reason=type(error).__name__,
                real_now=self._real_now(),
            )
        else:
            self.last_success = self._real_now()
            await self._storage.run(mail_sent, mail.notice_ids)

    async def _refused(self, mail: Mail, error: aiosmtplib.SMTPException) -> None:
        import aiosmtplib

        refusals = getattr(error, "recipients", None) or [error]
        codes = [getattr(refusal, "code", 0) or 0 for refusal in refusals]
        is_for_good = isinstance(error, aiosmtplib.SMTPRecipientsRefused) and all(
            code >= 500 for code in codes
        )
        log.warning("mail_refused", codes=codes, for_good=is_for_good, notices=mail.notice_ids)
        if is_for_good:
            await self._storage.run(mail_refused, mail.notice_ids, reason=f"refused_{codes[0]}")
        else:
            await self._storage.run(
                mail_delayed, mail.notice_ids, reason="refused", real_now=self._real_now()
            )

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._mail_from
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = make_msgid(domain="tettpa")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message


async def send_mail(smtp_url: str, message: EmailMessage) -> None:
    """Hand one mail to the server of `smtp://`, `smtp+starttls://` or `smtps://`."""
    import aiosmtplib

    address = urlsplit(smtp_url)
    await aiosmtplib.send(
        message,
        hostname=address.hostname,
        port=address.port or PORTS[address.scheme],
        username=unquote(address.username) if address.username else None,
        password=unquote(address.password) if address.password else None,
        use_tls=address.scheme == "smtps",
        start_tls=address.scheme == "smtp+starttls",
        timeout=TIME_LIMIT_S,
    )
