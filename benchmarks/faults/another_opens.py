"""Row 9: another office's bot begins, and is refused, with messages of ours on their way."""

from __future__ import annotations

from collections import Counter

from benchmarks.faults.inbound import MENU
from benchmarks.faults.installation import Installation
from benchmarks.faults.neighbour_office import OTHER_TOKEN, open_office
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.program import Process, until
from bot.domain.messages import MessageClass

ASKED = 4
ANSWER_S = 7.0  # longer than the program takes to find a new office and to begin for it


def another_opens(place: Installation, process: Process, outcome: Outcome) -> None:
    """Whoever begins to send for one bot takes what it finds on its way for lost: its own alone."""
    questions = [(number, f"on its way {number}") for number in range(ASKED)]
    for number, _ in questions:
        chat = place.chats[number]
        place.emulator.fault("sendMessage", "answer_late", chat_id=chat, seconds=ANSWER_S)
    place.queue(questions, message_class=MessageClass.AT_LEAST_ONCE)
    until(lambda: all(place.arrived()[words] for _, words in questions), "they are on their way")
    place.emulator.add_bot(OTHER_TOKEN, username="other_bot", name="Another office")
    place.do(open_office)
    until(lambda: '"duty": "send:2"' in place.logged(), "another office's bot begins")
    place.wait_quiet()
    copies = Counter(place.arrived()[words] for _, words in questions)
    lost = place.count("outbox WHERE key LIKE '%on its way%' AND (copies <> 1 OR state <> 'sent')")
    outcome.must(copies == {1: ASKED}, f"copies of what was on its way: {dict(copies)}")
    outcome.must(lost == 0, f"{lost} on their way were taken for lost")
    _is_refused(place, process, outcome)


def _is_refused(place: Installation, process: Process, outcome: Outcome) -> None:
    """Telegram does not know the other's token any more: that is the other's trouble."""
    place.emulator.declare_invalid(OTHER_TOKEN)
    # The poll that waits gets this, and the next one is refused.
    place.emulator.inject_updates(OTHER_TOKEN, {"a_kind_of_next_year": {}})
    until(lambda: '"line_closed"' in place.logged() or not process.is_alive, "it is refused")
    before = place.arrived()
    place.write(ASKED, "/meny")

    def shown() -> int:
        return sum(count for words, count in (place.arrived() - before).items() if MENU in words)

    until(lambda: shown() or not process.is_alive, "a reply of ours")
    outcome.must(process.is_alive, "another office's token ends the program")
