"""Row 9: a real reminder and a real question meet the same fault again and again; helpers die."""

from __future__ import annotations

import socket
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import (
    CASEWORKER,
    COORDINATOR,
    appoint,
    check_in_on,
    people_of,
)
from bot.domain.document_orders import DocumentKind
from bot.services.document_orders import order_document
from bot.services.ports import UnitOfWork

REMINDED, ASKED = range(3), range(3, 6)
REMINDER, QUESTION = "Samtale", "Hvordan har uka vært?"
LEFT_FOR = timedelta(seconds=2)  # of the dead one's lease
KINDS = ("500_after", "accept_then_disconnect", "bad_json")
LEAD, SOON = timedelta(hours=2), timedelta(seconds=3)  # as the programme's last reminder says


def say_what_they_mean(place: Installation, outcome: Outcome) -> str:
    """What the programme itself reminds of and asks is of the class it must be."""
    for number in (*REMINDED, *ASKED):
        kind = KINDS[number % len(KINDS)]
        place.emulator.fault("sendMessage", kind, chat_id=place.chats[number], times=100)
    place.do(_plan)
    ended = "outbox WHERE rule IN ('session_reminder', 'check_in') AND state = 'unknown'"
    until(lambda: place.count(ended) == len(REMINDED) + len(ASKED), "all are unknown")
    place.emulator.delete("faults")
    sent = Counter(
        (one["chat_id"], words)
        for one in place.emulator.sent()
        for words in (REMINDER, QUESTION)
        if words in one["text"]
    )
    reminders = Counter(sent[place.chats[number], REMINDER] for number in REMINDED)
    questions = Counter(sent[place.chats[number], QUESTION] for number in ASKED)
    waits = place.count("expectation WHERE kind = 'check_in' AND state = 'open'")
    outcome.must(waits == 0, f"{waits} answers are awaited to what may have reached nobody")
    outcome.must(reminders == {1: len(REMINDED)}, f"copies of real reminders: {dict(reminders)}")
    outcome.must(questions == {2: len(ASKED)}, f"copies of real questions: {dict(questions)}")
    return f"of real reminders {dict(reminders)}, of real questions {dict(questions)}"


def _plan(uow: UnitOfWork) -> None:
    people = people_of(uow)
    starts_at = uow.now + LEAD + SOON
    for number in REMINDED:
        appoint(uow, people[number], starts_at, theme=REMINDER)
    for number in ASKED:
        check_in_on(uow, people[number], uow.now)


def mailer_dies(place: Installation, outcome: Outcome) -> None:
    """A call for help is on its way to a mail server that says nothing when the program is killed."""
    before = arrived_mail(place)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = place.start(TETTPA_SMTP_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        place.write(len(place.chats) - 1, "hjelp")
        on_its_way = "notice WHERE case_id IS NOT NULL AND state = 'claimed'"
        until(lambda: place.count(on_its_way), "the mail is on its way")
        process.kill()
    place.do(_order_in_dead_hands)
    with place.running():
        until(lambda: arrived_mail(place) > before, "the mail of a dead mailer goes", within_s=20)
        waits = "document_order WHERE state = 'queued'"
        until(lambda: not place.count(waits), "what a dead maker had in hand is settled")
        place.wait_quiet()
        files = "outbox WHERE key LIKE 'document_order:%:file:%'"
        made = place.count(files)
        once = place.count(f"{files} AND state = 'sent' AND copies = 1")
        untold = place.count("notice WHERE case_id IS NOT NULL AND state <> 'sent'")
        _address_is_refused(place, outcome)
    outcome.must(0 < made == once, f"{once} of {made} files of a dead maker came once")
    outcome.must(untold == 0, f"{untold} notices of cases did not go")


def _order_in_dead_hands(uow: UnitOfWork) -> None:
    """A file was being made when the program was killed, and somebody waits for it."""
    order = order_document(uow, people_of(uow)[0], document=DocumentKind.CV, key="rehearsed")
    assert order is not None
    uow.document_orders.save(replace(order, attempts=1, lease_until=uow.now + LEFT_FOR))


def _address_is_refused(place: Installation, outcome: Outcome) -> None:
    """The caseworker's address works no more: the deputy is told at once, as nobody else would be."""
    before = [mail["to"] for mail in place.emulator.mail()]
    place.emulator.mail_fault("refuse")
    place.write(len(place.chats) - 2, "hjelp")
    until(lambda: place.count("notice WHERE reason LIKE 'refused%'"), "an address is refused")
    place.wait_quiet()
    told = [mail["to"] for mail in place.emulator.mail()][len(before) :]
    outcome.must(
        [CASEWORKER] in before and [COORDINATOR] not in before,
        f"told while all addresses work: {before}",
    )
    outcome.must([COORDINATOR] in told, f"told when the caseworker cannot be reached: {told}")
