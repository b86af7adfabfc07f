"""The mailbox: an SMTP server that takes every letter and shows it instead of sending it on."""

import html
import re
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from bot.emulator.clock import iso
from bot.emulator.records import Json, Letter
from bot.emulator.world import World

MAIL_FAULTS = {
    "refuse": "550 5.1.1 No such mailbox (planted fault)",
    "temporary": "451 4.3.0 Try again later (planted fault)",
}
_ADDRESS_IN_LINK = re.compile(
    r"<a\b[^>]*?href=[\"']([^\"']+)[\"'][^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL
)


class MailTaker:
    """The handler aiosmtpd calls for every letter."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_RCPT(
        self, server: Any, login: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept every recipient, unless a fault was planted."""
        for fault in self._world.mail_faults:
            fault["times"] -= 1
            if fault["times"] <= 0:
                self._world.mail_faults.remove(fault)
            return MAIL_FAULTS[fault["kind"]]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, login: Any, envelope: Envelope) -> str:
        """Keep the letter."""
        raw = envelope.content or b""
        body = raw.encode() if isinstance(raw, str) else raw
        mail = message_from_bytes(body, policy=policy.default)
        text, page = _parts(mail)
        self._world.letters.append(
            Letter(
                letter_id=len(self._world.letters) + 1,
                at=self._world.clock.now(),
                sender=str(mail.get("From", envelope.mail_from or "")),
                to=list(envelope.rcpt_tos),
                subject=str(mail.get("Subject", "")),
                text=text,
                html=page,
            )
        )
        self._world.changed()
        return "250 OK: in the mailbox"


def _parts(mail: EmailMessage) -> tuple[str, str]:
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    shown = _content(page) if page is not None else ""
    text = _content(plain) if plain is not None else text_of_html(shown)
    return text, shown


def _content(part: MIMEPart) -> str:
    content = part.get_content()
    return content if isinstance(content, str) else content.decode("utf-8", "replace")


def text_of_html(page: str) -> str:
    """Return an HTML letter as readable text, with the addresses of its links."""
    page = re.sub(r"<(style|script|head)\b.*?</\1>", "", page, flags=re.IGNORECASE | re.DOTALL)
    page = _ADDRESS_IN_LINK.sub(r"\2 (\1)", page)
    page = re.sub(r"</(p|div|tr|li|h\d)>|<br\s*/?>", "\n", page, flags=re.IGNORECASE)
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    return re.sub(r"\n\s*\n+", "\n\n", text).strip()


def letter_view(letter: Letter) -> Json:
    """Return a letter as the control and the page show it."""
    return {
        "id": letter.letter_id,
        "at": iso(letter.at),
        "from": letter.sender,
        "to": letter.to,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
    }


def smtp_protocol(world: World) -> SMTP:
    """Return a fresh protocol for one connection."""
    return SMTP(MailTaker(world), enable_SMTPUTF8=True, hostname="mailbox.rehearsal.invalid")
