"""Notices by mail, against a real mail server: at least once, and never a participant's name."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from bot.domain.errors import StorageUnavailable
from bot.domain.messages import Notice, NoticeState
from bot.notices import mailer as mailer_module
from bot.services.cases import raise_signal, sweep_case
from bot.services.incoming import ChatEvent, text_received
from bot.services.notices import claim_mails, mail_delayed
from bot.services.operations import tell_coordinators
from bot.services.ports import UnitOfWork
from tests.notices.conftest import MailRig, PostOffice
from tests.real_office import AMINA_CHAT, BEN_CHAT, OFFICE, RealOffice
from tests.waiting import until

CAROL, DANA = "carol@example.org", "dana@example.org"


def open_case(office: RealOffice, *, reason: str = "help") -> int:
    def signal(uow: UnitOfWork) -> int:
        uow.cause = f"sample:{reason}"
        case = raise_signal(uow, office.amina, reason=reason, source=f"sample:{reason}")
        assert case is not None
        return case.id

    return office.do(signal)


def states(office: RealOffice) -> set[NoticeState]:
    return {notice.state for notice in office.rows("notices")}


def sent_to(office: RealOffice, staff_id: int) -> list[Notice]:
    rows = office.rows("notices")
    return [row for row in rows if row.staff_id == staff_id and row.state is NoticeState.SENT]


async def test_a_case_is_mailed_to_its_owner_with_a_link_and_nothing_of_the_participant(
    rig: MailRig, office: RealOffice, post_office: PostOffice
) -> None:
    case_id = open_case(office)

    async with rig.started() as mailer:
        await until(lambda: states(office) == {NoticeState.SENT})

    (mail,) = post_office.mails
    text = mail.get_content()
    assert mail["To"] == CAROL
    assert f"http://127.0.0.1:8080/cases/{case_id}" in text
    assert "Amina" not in str(mail["Subject"]) + text
    assert mailer.last_success is not None


async def test_the_headers_are_those_of_a_mail_by_a_program(
    rig: MailRig, office: RealOffice, post_office: PostOffice
) -> None:
    open_case(office)

    async with rig.started():
        await until(lambda: post_office.mails)

    (mail,) = post_office.mails
    assert mail["From"].addresses[0].addr_spec == "bot@example.org"
    assert mail["From"].addresses[0].display_name == "Tett på"
    assert parsedate_to_datetime(mail["Date"]) == office.clock.moment
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].startswith("<")
    assert "\n" not in mail["Subject"]
    assert mail["Subject"]
    assert mail.get_content_type() == "text/plain"


def _write(uow: UnitOfWork, event: ChatEvent) -> None:
    uow.cause = f"sample:{event.message_id}"
    text_received(uow, event, "hemmelige ord")


async def test_digests_are_gathered_into_one_mail_per_person(
    rig: MailRig, office: RealOffice, post_office: PostOffice
) -> None:
    for number, chat in enumerate((AMINA_CHAT, BEN_CHAT, AMINA_CHAT)):
        office.do(_write, ChatEvent(OFFICE, chat, "nb", office.clock.moment, number))
    office.clock.go_on(days=1)

    async with rig.started():
        await until(lambda: office.rows("notices") and states(office) == {NoticeState.SENT})

    (mail,) = post_office.mails
    assert mail["To"] == CAROL
    assert "2" in mail["Subject"] + mail.get_content()
    for words in ("hemmelige", "Amina", "Ben"):
        assert words not in mail["Subject"] + mail.get_content()


async def test_an_address_refused_for_good_is_a_dead_channel_and_the_case_steps_on(
    rig: MailRig, office: RealOffice, post_office: PostOffice
) -> None:
    post_office.answers = ["550 no such mailbox"]
    open_case(office)

    async with rig.started():
        await until(lambda: sent_to(office, office.dana.id))

    carol = office.storage.read_sync(lambda uow: uow.staff.get(office.carol.id))
    assert carol.mail_failed_at is not None
    assert post_office.tried == [CAROL, DANA]
    assert post_office.to(DANA)


async def test_a_server_that_rests_gets_the_mail_again_a_little_later(
    rig: MailRig, office: RealOffice, post_office: PostOffice
) -> None:
    post_office.answers = ["451 try again later", "450 mailbox busy"]
    open_case(office)

    async with rig.started():
        for tries in (1, 2):
            await until(lambda tries=tries: len(post_office.tried) == tries)  # type: ignore[misc]
            await until(lambda: states(office) == {NoticeState.QUEUED})
            rig.real_time.moment += timedelta(minutes=10)
        await until(lambda: states(office) == {NoticeState.SENT})

    carol = office.storage.read_sync(lambda uow: uow.staff.get(office.carol.id))
    assert carol.mail_failed_at is None
    assert [mail["To"] for mail in post_office.mails] == [CAROL]


@pytest.mark.parametrize("answer", ["554 this looks like spam", "452 disk full"])
async def test_a_mail_refused_for_its_words_is_kept_for_another_try(
    rig: MailRig, office: RealOffice, post_office: PostOffice, answer: str
) -> None:
    post_office.data_answers = [answer]
    open_case(office)

    async with rig.started():
        await until(lambda: post_office.tried and states(office) == {NoticeState.QUEUED})
        rig.real_time.moment += timedelta(minutes=10)
        await until(lambda: states(office) == {NoticeState.SENT})

    assert len(post_office.mails) == 1


async def test_no_mail_server_at_that_address_loses_nothing(
    office: RealOffice, rig: MailRig
) -> None:
    rig.url = "smtp://127.0.0.1:9"
    open_case(office)

    async with rig.started():
        await until(lambda: office.rows("notices")[0].attempts == 1)
        await until(lambda: states(office) == {NoticeState.QUEUED})

    assert office.rows("notices")[0].reason == "SMTPConnectError"


async def test_a_mail_that_cannot_be_written_stops_no_other(
    rig: MailRig, office: RealOffice, post_office: PostOffice
) -> None:
    office.do(lambda uow: uow.staff.save(replace(office.carol, email="carol\r\n@example.org")))
    open_case(office)
    office.do(tell_coordinators, OFFICE, topic="sample", sentence="Look here.")

    async with rig.started():
        await until(lambda: post_office.to(DANA))
        await until(lambda: office.rows("notices")[0].state is NoticeState.QUEUED)


async def test_a_mailer_that_died_in_the_middle_sends_again(
    rig: MailRig, office: RealOffice, post_office: PostOffice
) -> None:
    open_case(office)
    office.do(claim_mails, real_now=rig.real_time.moment, console_url="http://127.0.0.1:1")
    claimed = states(office)

    async with rig.started():
        await until(lambda: states(office) == {NoticeState.SENT})

    assert claimed == {NoticeState.CLAIMED}
    assert len(post_office.mails) == 1


async def test_a_mail_whose_sending_could_not_be_recorded_comes_again_without_a_restart(
    rig: MailRig, office: RealOffice, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer_module, "TROUBLE_REST_S", 0.01)
    real, failures = mailer_module.mail_sent, iter([1])

    def fail_once(uow: UnitOfWork, notice_ids: tuple[int, ...]) -> None:
        if next(failures, None):
            raise StorageUnavailable("sample")
        real(uow, notice_ids)

    monkeypatch.setattr(mailer_module, "mail_sent", fail_once)
    open_case(office)

    async with rig.started():
        await until(lambda: states(office) == {NoticeState.SENT})

    assert len(post_office.mails) == 2


async def test_without_a_mail_server_nothing_is_claimed(office: RealOffice, rig: MailRig) -> None:
    rig.url = ""
    open_case(office)

    await rig.mailer().run()

    assert states(office) == {NoticeState.QUEUED}


async def test_the_mailer_stops_although_woken_at_that_moment(rig: MailRig) -> None:
    mailer = rig.mailer()
    task = asyncio.create_task(mailer.run())
    await until(lambda: bool(mailer._wake._waiters))  # type: ignore[attr-defined]

    mailer.wake()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)

    assert done


@pytest.mark.parametrize(("is_digest", "rests_s"), [(False, 60), (True, 600)])
def test_an_urgent_notice_rests_a_minute_at_most(
    office: RealOffice, rig: MailRig, is_digest: bool, rests_s: int
) -> None:
    open_case(office)
    real_now = rig.real_time.moment
    (notice,) = office.rows("notices")
    claimed = replace(notice, state=NoticeState.CLAIMED, attempts=20, is_digest=is_digest)
    office.do(lambda uow: uow.notices.save(claimed))

    office.do(mail_delayed, [notice.id], reason="down", real_now=real_now)

    (delayed,) = office.rows("notices")
    assert delayed.lease_until == real_now + timedelta(seconds=rests_s)


async def test_the_first_reminder_is_the_first_however_the_case_came_there(
    rig: MailRig, office: RealOffice, post_office: PostOffice
) -> None:
    post_office.answers = ["550 gone", "550 gone"]  # Carol, then Dana: nobody is left
    case_id = open_case(office)

    async with rig.started():
        await until(lambda: len(post_office.tried) >= 2)
        await until(lambda: NoticeState.QUEUED not in states(office))
    for name in ("carol", "dana"):
        heals = getattr(office, name)
        office.do(lambda uow, heals=heals: uow.staff.save(replace(heals, mail_failed_at=None)))
    subjects = []
    for _ in range(2):
        next_at = office.storage.read_sync(lambda uow: uow.cases.get(case_id)).next_at
        office.clock.moment = next_at
        office.do(sweep_case, case_id)
        office.clock.go_on(hours=9)
        mails = office.do(
            claim_mails, real_now=rig.real_time.moment, console_url="http://127.0.0.1:1"
        )
        subjects += [mail.subject for mail in mails if mail.to == CAROL]

    assert [subject.split(":")[0] for subject in subjects] == ["Påminnelse 1", "Påminnelse 2"]
