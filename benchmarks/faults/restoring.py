"""Row 30: yesterday's backup comes back, and the world has gone on since."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta

from benchmarks.faults.clocks import CHECK_IN, check_ins_ahead, got
from benchmarks.faults.groups import ask_for_help
from benchmarks.faults.inbound import buttons_of
from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import A_CASE, arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import Outcome
from benchmarks.faults.privacy import die_while_erasing
from benchmarks.faults.program import until
from benchmarks.faults.stage import Setting, appoint, check_in_on, people_of
from bot.domain.document_orders import DocumentKind
from bot.services import occurrences
from bot.services.document_orders import order_document
from bot.services.ports import UnitOfWork

ERASED = 4  # the participant's number; of the one after, the key outlived the erasure
ASKED = 5  # had a check-in after the backup
CASES = (1, 2)  # one was told of before the backup, one just after it
# What is due after the backup must not be due before it is made: so many times what one takes.
DUE_AFTER, BACKUPS = timedelta(seconds=8), 4
IN_HAND = timedelta(minutes=4)  # less than a lease that a wrong clock has set
THEME, LEAD = "Samtale", timedelta(hours=2)  # as the programme's last reminder says


def yesterdays_backup(lab: Lab, database: str) -> Outcome:
    """Row 30: what was sent since is not sent again, and who was erased since stays erased."""
    outcome, people = Outcome(), 6
    with lab.installation(database, Setting(people)) as place:
        with place.running():
            place.queue([(n, f"before the backup {n}") for n in range(people)])
            place.write(0, "hjelp")
            place.wait_quiet()
            due_after = max(DUE_AFTER, BACKUPS * _time_of_a_backup(place))
            place.queue([(n, f"due after the backup {n}") for n in range(people)], after=due_after)
            place.queue([(0, "due next week")], after=timedelta(days=7))
            for plan in (_plan_reminders, _plan_check_in, _order_a_file):
                place.do(plan, due_after)
            folder, keys = _back_up_before_a_mail(place)
            early = place.arrived()["due after the backup 0"] + _reminded(place)
            until(lambda: place.arrived()[f"due after the backup {people - 1}"], "it goes on")
            until(lambda: _reminded(place) == people, "everybody is reminded")
            until(lambda: got(place, CHECK_IN), "somebody is asked")
            place.write(1, "written after the backup")
            place.write(2, "Mitt kurs")
            until(lambda: place.count("question WHERE kind = 'course_offer'"), "a question")
            key_id = place.do(lambda uow: uow.participants.get(ERASED).key_id)
            place.command("participant", "erase", str(ERASED), "--yes")
            place.wait_quiet()
        left_key = place.do(die_while_erasing)
        sent_before, reminded_before = place.arrived(), _reminded(place)
        told_before = _told(place)
        asked_before = _questions_sent(place)
        # With the keys of then, among which is the one that was destroyed since.
        place.command("db", "restore", folder, "--keys", keys, "--yes")
        with place.running():
            place.write(0, "/meny")
            place.write(2, "Mitt kurs")
            until(lambda: place.arrived() != sent_before, "the restored program works")
            place.wait_quiet()
            time.sleep(lab.pick(2.0, 5.0))  # whatever should not come would come now
            # A button of then must not answer what is asked now.
            asked = [int(row[0]) for row in place.rows("SELECT id FROM question")]
            new = [number for number in asked if number > max(asked_before)]
            offered = place.count("question WHERE kind = 'course_offer'")
        sent = place.arrived()
        resends = sum(
            sent[words] - count for words, count in sent_before.items() if "backup" in words
        )
        resends += _reminded(place) - reminded_before
        erased = _stay_erased(place, {key_id, left_key}, outcome)
        _are_left_out(place, outcome)
        waiting = place.count("outbox WHERE rule = 'sample' AND state = 'queued'")
        _are_told_again(place, told_before, outcome)
    outcome.must_in_time(early == 0, f"{early} were due before the backup was made")
    outcome.must(resends == 0, f"{resends} sent again")
    outcome.must(offered == 1, f"{offered} questions instead of 1")
    outcome.must(new == asked, "a new question has the number of one asked after the backup")
    outcome.must(waiting == 1, f"{waiting} messages for next week instead of 1")
    outcome.figure = f"resends: {resends} of {3 * people}; erasures replayed: {erased} of 2"
    return outcome


def _back_up_before_a_mail(place: Installation) -> tuple[str, str]:
    """Of the second case the mail leaves only when the backup is made."""
    waits = place.do(_ask_while_no_mail_leaves)
    made = _back_up(place, "copied")
    place.do(_put_off, waits, timedelta(0))
    return made


def _stay_erased(place: Installation, keys: set[str], outcome: Outcome) -> int:
    """How many of those with these keys are erased."""
    with place.opened() as program:
        dark = {one.key_id for one in program.keys.tombstones()}
    erased = place.count("participant WHERE id >= :id AND status = 'erased'", id=ERASED)
    outcome.must(erased == len(keys), f"{len(keys) - erased} of {len(keys)} erased are back")
    outcome.must(dark >= keys, f"keys of the erased that are back: {len(keys - dark)}")
    return erased


def _are_left_out(place: Installation, outcome: Outcome) -> None:
    """A question and a file of the time in between; the questions after it come all the same."""
    again, ahead = got(place, CHECK_IN) - 1, place.do(check_ins_ahead, ASKED - 1)
    ordered = place.count("document_order WHERE state = 'queued'")
    outcome.must(again == 0, f"a check-in from after the backup is asked {again} times more")
    outcome.must(ahead == 1, f"{ahead} check-ins follow the one from after the backup")
    outcome.must(ordered == 0, "a file from after the backup is made once more")


def _told(place: Installation) -> list[int]:
    """How often each case was told of by mail."""
    return [arrived_mail(place, f"{A_CASE}{number}") for number in CASES]


def _are_told_again(place: Installation, before: list[int], outcome: Outcome) -> None:
    """Whoever had the mail may have taken the case since, and that is gone."""
    again = sum(now > then for then, now in zip(before, _told(place), strict=True))
    outcome.must(all(before), f"told of before: {before}")
    outcome.must(again == len(CASES), f"{again} of {len(CASES)} open cases are told of again")
    cases = place.count("escalation WHERE state <> 'closed'")
    outcome.must(cases == len(CASES), f"{cases} open cases instead of {len(CASES)}")


def _ask_while_no_mail_leaves(uow: UnitOfWork) -> int:
    """Somebody calls for help, and the mail about it was put off for a while; its case."""
    case_id = ask_for_help(uow, 1)
    _put_off(uow, case_id, timedelta(minutes=10))
    return case_id


def _put_off(uow: UnitOfWork, case_id: int, pause: timedelta) -> None:
    for notice in uow.notices.queued_of_case(case_id):
        uow.notices.save(replace(notice, lease_until=uow.now + pause))


def _plan_reminders(uow: UnitOfWork, due_after: timedelta) -> None:
    for person in people_of(uow):
        starts_at = uow.now + LEAD + due_after
        appoint(uow, person, starts_at, lasts=LEAD, theme=THEME)


def _plan_check_in(uow: UnitOfWork, due_after: timedelta) -> None:
    """The next check-in of one of them comes after the backup, and plans the one after itself."""
    person = people_of(uow)[ASKED - 1]
    for planned in uow.occurrences.pending_of(person.id, "check_in"):
        occurrences.skip(uow, planned.id, "rehearsed")
    check_in_on(uow, person, uow.now + due_after)


def _order_a_file(uow: UnitOfWork, _: timedelta) -> None:
    """Somebody waits for a file, which is made only after the backup."""
    person = people_of(uow)[0]
    order = order_document(uow, person, document=DocumentKind.CV, key="rehearsed")
    assert order is not None
    uow.document_orders.save(replace(order, lease_until=uow.now + IN_HAND))


def _reminded(place: Installation) -> int:
    return sum(THEME in sent["text"] for sent in place.emulator.sent())


def _questions_sent(place: Installation) -> set[int]:
    """Their numbers, as the buttons on the phones say them: v1:<number>:<option>."""
    sent = (one for *_, data in buttons_of(place) for one in data.values())
    return {int(one.split(":")[1]) for one in sent}


def _time_of_a_backup(place: Installation) -> timedelta:
    begun = time.monotonic()
    _back_up(place, "rehearsed")
    return timedelta(seconds=time.monotonic() - begun)


def _back_up(place: Installation, name: str) -> tuple[str, str]:
    said = place.command(
        *("db", "backup", "--to", str(place.folder / name)),
        *("--keys-to", str(place.folder / f"{name}-keys")),
    )
    database = re.search(r"The database is in (\S+)", said)
    keys = re.search(r"The keys are in (\S+)", said)
    assert database is not None, said
    assert keys is not None, said
    return database.group(1), keys.group(1)
