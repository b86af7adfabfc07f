"""Greets the mail server as the mailer would, without sending anything."""

from __future__ import annotations

import smtplib
import ssl
from urllib.parse import unquote, urlsplit

from bot.domain.errors import DeliveryFailed

ANSWER_SECONDS = 5
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def greet(smtp_url: str) -> str:
    """Connect, encrypt and sign in as the address says; what was reached, without the password.

    Raises:
        DeliveryFailed: One sentence with the remedy.
    """
    address = urlsplit(smtp_url)
    host = address.hostname or "localhost"
    port = address.port or PORTS[address.scheme]
    # Checks the certificate, as the mailer does; smtplib by itself would take any.
    tls = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if address.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=ANSWER_SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=ANSWER_SECONDS)
        with server:
            if address.scheme == "smtp+starttls":
                server.starttls(context=tls)
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            server.noop()
    except smtplib.SMTPAuthenticationError:
        trouble = "refuses the name and password"
    except (smtplib.SMTPException, OSError) as error:
        trouble = f"cannot be used ({type(error).__name__})"
    else:
        return f"{host}:{port} answers"
    raise DeliveryFailed(f"{host}:{port} {trouble}: check TETTPA_SMTP_URL.", permanent=False)
