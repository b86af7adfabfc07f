"""One person's text fails: the others get theirs, and the coordinators are told once a day."""

from dataclasses import replace

from bot.domain.messages import NoticeState, OutboxState
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from tests.builders import oslo
from tests.rehearsal import Rehearsal

FRIDAY = oslo("2026-11-06 12:00")


def _break(uow: UnitOfWork, path: str, old: str, digest: str = "broken") -> None:
    """Make a text fail for Amina alone, past every check that was made before it was published."""
    office = uow.offices.get(1)
    files = {
        name: str(text)
        for name, text in uow.content_versions.get(office.content_version_id or 0).files.items()
    }
    fails = "{% if participant.first_name == 'Amina' and participant.first_name > 3 %}!{% endif %}"
    changed = files[path].replace(old, fails + old)
    assert changed != files[path]
    publish_content(uow, 1, digest=digest, files={**files, path: changed}, by="dana")


def test_a_reminder_that_fails_for_one_goes_out_to_the_others(rehearsal: Rehearsal) -> None:
    phone, other = rehearsal.amina_starts(), rehearsal.ben_starts()
    rehearsal.run(_break, "messages/nb.yaml", "Vi sees {{ when }}")

    rehearsal.wind_to(oslo("2026-11-02 18:00"))

    assert phone.texts == []
    assert len(other.by_rule("session_reminder")) == 1
    row = rehearsal.ledger(rehearsal.cast.amina, "session_reminder")[0]
    assert (row.state, row.reason) == (OutboxState.FAILED, "text_failed")


def test_the_coordinators_are_told_once_a_day_without_a_name(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    rehearsal.run(_break, "messages/nb.yaml", "Vi sees {{ when }}")

    rehearsal.wind_to(oslo("2026-11-04 20:00"))

    mails = rehearsal.mails_to(rehearsal.cast.dana.email)
    assert [mail.at for mail in mails] == [oslo("2026-11-02 18:00"), oslo("2026-11-04 18:00")]
    assert "session.reminder" in mails[0].text
    assert "Amina" not in mails[0].text


def test_a_check_in_whose_text_fails_stops_nobody_else_and_comes_again_next_week(
    rehearsal: Rehearsal,
) -> None:
    phone, other = rehearsal.amina_starts(), rehearsal.ben_starts()
    good = rehearsal.read(lambda uow: uow.offices.get(1)).content_version_id
    rehearsal.run(_break, "check_ins/weekly/nb.yaml", "Hvordan har uka vært? Ett")
    rehearsal.wind_to(oslo("2026-11-06 14:00"))
    failed = len(rehearsal.failures)
    rehearsal.failures.clear()

    rehearsal.run(_put_back, good)
    rehearsal.wind_to(oslo("2026-11-13 12:00"))

    assert failed == 5
    assert len(other.by_rule("check_in")) >= 1
    assert [message.at for message in phone.by_rule("check_in")] == [oslo("2026-11-13 12:00")]
    told = [
        mail for mail in rehearsal.mails_to(rehearsal.cast.dana.email) if "check_in" in mail.text
    ]
    assert len(told) == 1


def _put_back(uow: UnitOfWork, version_id: int | None) -> None:
    uow.offices.save(replace(uow.offices.get(1), content_version_id=version_id))


def test_a_notice_whose_text_fails_holds_up_no_other_mail(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.run(_break_notices)

    phone.write("Jeg trenger hjelp")
    phone.write("Slutte her")
    phone.tap("Ja, jeg vil slutte her")
    rehearsal.settle()

    case = rehearsal.read(lambda uow: uow.cases.of_participant(rehearsal.cast.amina.id))[0]
    notices = rehearsal.read(lambda uow: uow.notices.of_case(case.id))
    subjects = [mail.subject for mail in rehearsal.mails_to(rehearsal.cast.carol.email)]
    assert notices[0].state is NoticeState.FAILED
    assert any("sluttet" in subject for subject in subjects)
    # The case does not wait for a mail that can never be worded: its next step is the deputy.
    assert case.owner_id == rehearsal.cast.dana.id


def _break_notices(uow: UnitOfWork) -> None:
    office = uow.offices.get(1)
    stored = uow.content_versions.get(office.content_version_id or 0).files
    files = {name: str(text) for name, text in stored.items()}
    path = "notices/nb.yaml"
    head, mark, rest = files[path].partition("case:\n  subject: |\n")
    fails = "{% if staff.first_name == 'Carol' and staff.first_name > 3 %}!{% endif %}"
    files[path] = f"{head}{mark}    {fails}x\n{rest}"
    publish_content(uow, 1, digest="broken notices", files=files, by="dana")
