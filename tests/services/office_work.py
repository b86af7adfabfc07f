"""What staff do in the tests of cases, and an office in which nothing else happens."""

from __future__ import annotations

from typing import Any

from bot.content.loading import DEFAULT_PACK, read_folder
from bot.domain.case_commands import StaffCommand
from bot.domain.cases import Case
from bot.domain.people import Staff
from bot.services.cases import act_on_case, raise_signal
from bot.services.publishing import publish_content
from tests.rehearsal import Rehearsal

CV_COMES_FIRST = "  - {key: cv, after_session: 2}\n"


def a_quiet_office(rehearsal: Rehearsal) -> None:
    """Amina and Ben have begun and rest for a month: only what a test raises becomes a case."""
    for phone in (rehearsal.amina_starts(), rehearsal.ben_starts()):
        phone.write("Pause")
        phone.tap("En måned")
    rehearsal.settle()
    rehearsal.mailbox.clear()


def raise_case(
    rehearsal: Rehearsal, *, reason: str = "undeliverable", source: str = "test", ben: bool = False
) -> Case:
    who = rehearsal.cast.ben if ben else rehearsal.cast.amina
    raised = rehearsal.run(
        lambda uow: raise_signal(uow, uow.participants.get(who.id), reason=reason, source=source)
    )
    rehearsal.settle()
    assert raised is not None
    return now_of(rehearsal, raised)


def now_of(rehearsal: Rehearsal, case: Case) -> Case:
    return rehearsal.read(lambda uow: uow.cases.get(case.id))


def act(rehearsal: Rehearsal, staff: Staff, command: StaffCommand, case: Case, **more: Any) -> Case:
    after = rehearsal.run(act_on_case, staff, case.id, command, **more)
    rehearsal.settle()
    return now_of(rehearsal, after)


def begin_with_the_rules(rehearsal: Rehearsal) -> None:
    """The course begins with the rules of working life: its steps are what the tests walk through."""
    files = dict(read_folder(DEFAULT_PACK)[0])
    files["programme.yaml"] = files["programme.yaml"].replace(CV_COMES_FIRST, "")
    rehearsal.run(publish_content, 1, digest="without a cv", files=files, by="a test")
