"""Row 15: Telegram and the mail server take what is on its way, and the disk is full just then."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from benchmarks.faults.groups import ask_for_help
from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.silent_line import SilentLine
from bot.domain.messages import MessageClass

ASKED, CALLS = range(2), -1  # whoever has a case writes nothing besides: each text is answered
DUE_IN = timedelta(seconds=1.5)
ANSWER_S = 3.0  # longer than it takes to fill the disk


@contextlib.contextmanager
def mail_server_before(place: Installation) -> Iterator[SilentLine]:
    """A line to the mail server that can fall silent; the settings lead there from now on."""
    server = urlsplit(place.environment["TETTPA_SMTP_URL"])
    assert server.port is not None
    with SilentLine(server.port, of=b"") as line:
        place.environment["TETTPA_SMTP_URL"] = f"{server.scheme}://127.0.0.1:{line.port}"
        yield line


def set_out(place: Installation, mails: SilentLine) -> None:
    """Questions and a mail are on their way, the mail until the line speaks; a reminder falls due."""
    mails.fall_silent()
    place.do(ask_for_help, CALLS)
    until(lambda: place.count("notice WHERE state = 'claimed'"), "a mail is on its way")
    place.emulator.fault("sendMessage", "answer_late", times=len(ASKED), seconds=ANSWER_S)
    place.queue(_questions(), message_class=MessageClass.AT_LEAST_ONCE)
    until(lambda: all(place.arrived()[words] for _, words in _questions()), "they are asked")
    place.queue([(CALLS, "due while it is full")], after=DUE_IN)


def is_known_in_the_end(place: Installation, outcome: Outcome) -> None:
    """For a place that is quiet: what was taken is on record, and no question went twice."""
    copies = Counter(place.arrived()[words] for _, words in _questions())
    unsent = place.count("outbox WHERE rule = 'sample' AND state <> 'sent'")
    untold = place.count("notice WHERE case_id IS NOT NULL AND state <> 'sent'")
    outcome.must(copies == {1: len(ASKED)}, f"copies of what could not be noted: {dict(copies)}")
    outcome.must(unsent == 0, f"{unsent} that were taken are not on record as sent")
    outcome.must(untold == 0, f"{untold} mails whose end could not be noted stay on their way")
    outcome.must(arrived_mail(place), "the call for help reached nobody")


def _questions() -> list[tuple[int, str]]:
    return [(who, f"asked before it is full {who}") for who in ASKED]
