"""People in the middle of the small pack's module, and the edits that meet them there."""

from dataclasses import replace

from bot.domain.messages import Run
from bot.domain.people import Participant, ParticipantStatus, Staff, TelegramAccount
from bot.services.participants import invite_participant
from bot.services.ports import UnitOfWork
from bot.services.runs import start_run

FLOW = "module:rules"
NB = "modules/rules/nb.yaml"
MODULE = "modules/rules/module.yaml"
QUIZ = """\
    deadline:
      text: Når?
      options: {week: En uke, month: En måned}
      right: Ja.
      wrong: Nesten.
"""


def begin_module(uow: UnitOfWork, caseworker: Staff, how_many: int) -> list[Run]:
    """So many new participants, each before the module's first question, the quiz."""
    runs = []
    for number in range(how_many):
        someone = _someone(uow, f"Person {number}", caseworker)
        begun = start_run(uow, someone, flow_key=FLOW, subject="course")
        assert begun is not None
        runs.append(begun.run)
    return runs


def _someone(uow: UnitOfWork, name: str, caseworker: Staff) -> Participant:
    invited = invite_participant(
        uow,
        office_id=caseworker.office_id,
        first_name=name,
        last_name="Sample",
        caseworker=caseworker,
        cohort_id=None,
    )
    active = uow.participants.save(replace(invited.participant, status=ParticipantStatus.ACTIVE))
    uow.accounts.add(
        TelegramAccount(active.office_id, 9000 + active.id, active.id, bound_at=uow.now)
    )
    return active


def with_other_words(files: dict[str, str]) -> dict[str, str]:
    """A correction: what comes after the quiz is asked in other words."""
    return {**files, NB: files[NB].replace("Hva tenker du?", "Hva mener du?")}


def without_the_quiz(files: dict[str, str]) -> dict[str, str]:
    """An edit that takes the step away on which everybody stands."""
    lines = files[MODULE].splitlines(keepends=True)
    kept = {**files, MODULE: "".join(line for line in lines if "deadline" not in line)}
    texts = {f"modules/rules/{language}.yaml" for language in ("nb", "nn", "en")}
    return kept | {path: files[path].replace(QUIZ, "") for path in texts}
