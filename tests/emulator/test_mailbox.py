"""The mailbox takes real SMTP and shows the letters."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.emulator_process import EmulatorControl


def letter(*, html: str | None = None) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "bot@example.org", "carol@example.org"
    made["Subject"] = "Én person venter på deg"
    made.set_content("Åpne saken: https://example.org/case/1")
    if html:
        made.add_alternative(html, subtype="html")
    return made


def test_a_letter_is_kept_with_its_moment(emulator: EmulatorControl) -> None:
    with smtplib.SMTP("127.0.0.1", emulator.smtp_port, timeout=10) as smtp:
        smtp.send_message(letter(html="<p>Åpne <a href='https://example.org/case/1'>saken</a></p>"))

    kept = emulator.mail()[0]
    assert kept["subject"] == "Én person venter på deg"
    assert kept["to"] == ["carol@example.org"]
    assert kept["text"].strip() == "Åpne saken: https://example.org/case/1"
    assert "<a href=" in kept["html"]
    assert kept["at"] == "2026-03-03T09:00:00Z"
    emulator.delete("mail")
    assert emulator.mail() == []


def test_an_html_letter_is_readable_as_text(emulator: EmulatorControl) -> None:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "x"
    made.set_content(
        "<style>p{}</style><p>Se <a href='https://example.org/1'>saken</a> &amp; svar</p>",
        subtype="html",
    )

    with smtplib.SMTP("127.0.0.1", emulator.smtp_port, timeout=10) as smtp:
        smtp.send_message(made)

    assert emulator.mail()[0]["text"] == "Se saken (https://example.org/1) & svar"


@pytest.mark.parametrize(("kind", "code"), [("refuse", 550), ("temporary", 451)])
def test_a_mail_fault_hits_the_next_letter(emulator: EmulatorControl, kind: str, code: int) -> None:
    emulator.mail_fault(kind)

    with smtplib.SMTP("127.0.0.1", emulator.smtp_port, timeout=10) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            smtp.send_message(letter())
        smtp.send_message(letter())

    assert refused.value.recipients["carol@example.org"][0] == code
    assert len(emulator.mail()) == 1
