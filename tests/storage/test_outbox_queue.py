"""Who may go next from the outbox: what crowds the front rests, and starves nobody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.messages import Lane, OutboxMessage, OutboxState
from bot.domain.people import AccountStatus, Participant
from bot.services.delivery_results import Claimed, claim_messages, message_sent
from bot.services.ports import UnitOfWork
from bot.services.speaking import say_to_chat
from bot.storage.engine import make_engine
from bot.storage.repositories import outbox_queue
from bot.storage.tables.messages import outbox
from tests.real_office import NOON, OFFICE, RealOffice, add_active, open_office_at
from tests.storage.backup_place import Place

SECOND = timedelta(seconds=1)
ROOM = 3


@pytest.fixture
def office(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealOffice]:
    """With a claim that sees little at once, so that a few messages are a crowd."""
    monkeypatch.setattr(outbox_queue, "ROOM", ROOM)
    with open_office_at(place.url) as opened:
        yield opened


def claim(office: RealOffice, *, at: datetime = NOON, limit: int = 1) -> list[str]:
    return [_text(found) for found in _claim(office, at=at, limit=limit)]


def claim_and_send(office: RealOffice, *, at: datetime = NOON, limit: int = 1) -> list[str]:
    claims = _claim(office, at=at, limit=limit)
    for found in claims:
        office.do(message_sent, found.message.id, 1)
    return [_text(found) for found in claims]


def _claim(office: RealOffice, *, at: datetime, limit: int) -> list[Claimed]:
    found: list[Claimed] = office.do(claim_messages, OFFICE, real_now=at, limit=limit)
    return found


def _text(found: Claimed) -> str:
    return str(found.message.body["text"])


def people(office: RealOffice, count: int) -> list[Participant]:
    return [office.do(add_active, f"P{n}", 2000 + n, office.carol) for n in range(count)]


def block(office: RealOffice, *who: Participant, is_blocked: bool = True) -> None:
    status = AccountStatus.BLOCKED if is_blocked else AccountStatus.ACTIVE

    def change(uow: UnitOfWork) -> None:
        for one in who:
            account = uow.accounts.of_participant(one.id)
            assert account is not None
            uow.accounts.save(replace(account, status=status))

    office.do(change)


def at_rest(office: RealOffice) -> int:
    engine = make_engine(office.program.settings.database_url, read_only=True)
    with engine.connect() as connection:
        resting = outbox.c.rests_until.is_not(None)
        count: int = connection.execute(
            select(func.count()).select_from(outbox).where(resting)
        ).scalar_one()
    engine.dispose()
    return count


def in_order(count: int) -> list[str]:
    return [f"nr {number:02}" for number in range(count)]


def test_a_chat_with_many_messages_in_front_starves_nobody(office: RealOffice) -> None:
    for text in in_order(30):
        office.queue(office.amina, text)
    office.queue(office.ben, "Ben")

    claimed = claim(office, limit=2)

    assert claimed == ["nr 00", "Ben"]


def test_a_chat_with_many_messages_gets_them_one_a_second_and_in_order(office: RealOffice) -> None:
    texts = in_order(12)
    for text in texts:
        office.queue(office.amina, text)
    office.queue(office.ben, "Ben")

    seconds = [claim_and_send(office, at=NOON + n * SECOND, limit=2) for n in range(12)]

    assert seconds[0] == [texts[0], "Ben"]
    assert seconds[1:] == [[text] for text in texts[1:]]


def test_people_who_blocked_the_bot_starve_nobody_and_are_not_looked_at_again(
    office: RealOffice,
) -> None:
    gone = people(office, 20)
    for person in gone:
        office.queue(person, "vent")
    block(office, *gone)
    office.queue(office.ben, "en")
    office.queue(office.amina, "to")

    first = claim(office)
    resting = at_rest(office)
    second = claim(office)

    assert (first, second) == (["en"], ["to"])
    assert resting == at_rest(office) == 20


def test_who_can_be_reached_again_gets_what_waited_at_once_and_in_order(
    office: RealOffice,
) -> None:
    texts = in_order(20)
    for text in texts:
        office.queue(office.amina, text)
    block(office, office.amina)
    office.queue(office.ben, "Ben")
    assert claim_and_send(office) == ["Ben"]
    assert at_rest(office) == 20

    block(office, office.amina, is_blocked=False)

    assert claim_and_send(office, at=NOON + SECOND) == [texts[0]]
    assert claim_and_send(office, at=NOON + 2 * SECOND) == [texts[1]]


def test_what_is_newer_does_not_overtake_what_rests_in_its_chat(office: RealOffice) -> None:
    texts = in_order(20)
    for text in texts:
        office.queue(office.amina, text)
    office.queue(office.ben, "Ben")
    assert claim_and_send(office, limit=2) == [texts[0], "Ben"]
    office.queue(office.amina, "ny")

    claimed = [claim_and_send(office, at=NOON + n * SECOND) for n in range(1, 21)]

    assert claimed == [[text] for text in [*texts[1:], "ny"]]


def test_urgent_words_go_before_what_rests_in_their_chat(office: RealOffice) -> None:
    for text in in_order(20):
        office.queue(office.amina, text)
    office.queue(office.ben, "Ben")
    assert claim_and_send(office, limit=2) == ["nr 00", "Ben"]
    office.queue(office.amina, "fare", lane=Lane.URGENT)

    claimed = [claim_and_send(office, at=NOON + n * SECOND) for n in (1, 2)]

    assert claimed == [["fare"], ["nr 01"]]


def test_a_stranger_who_floods_us_holds_up_nobody_elses_reply(office: RealOffice) -> None:
    def flood(uow: UnitOfWork) -> None:
        uow.cause = "update:1"
        for text in in_order(20):
            say_to_chat(uow, OFFICE, 3000, text)

    office.do(flood)
    office.queue(office.ben, "svar", lane=Lane.REPLY)

    first = claim_and_send(office, limit=2)
    second = claim_and_send(office, at=NOON + SECOND, limit=2)

    assert first == ["nr 00", "svar"]
    assert second == ["nr 01"]


def test_what_rests_expires_in_its_time(office: RealOffice) -> None:
    late = [_expiring(office, number) for number in range(20)]
    block(office, office.amina)
    office.queue(office.ben, "Ben")
    claim(office)

    office.clock.go_on(hours=1)
    claim(office)

    assert {office.message(message).state for message in late} == {OutboxState.EXPIRED}


def _expiring(office: RealOffice, number: int) -> OutboxMessage:
    return office.queue(office.amina, f"{number}", expires_at=NOON + timedelta(hours=1))


def test_a_rest_that_a_wrong_clock_set_ends_with_it(office: RealOffice) -> None:
    for text in in_order(20):
        office.queue(office.amina, text)
    office.queue(office.ben, "Ben")
    wrong = NOON + timedelta(days=1000)
    claim_and_send(office, at=wrong, limit=2)
    assert at_rest(office) > 0

    assert claim_and_send(office) == ["nr 01"]


def test_a_few_that_cannot_go_do_not_rest(office: RealOffice) -> None:
    office.queue(office.amina, "vent")
    block(office, office.amina)
    office.queue(office.ben, "Ben")

    assert claim(office) == ["Ben"]
    assert at_rest(office) == 0


def test_what_waits_for_a_later_hour_is_in_nobodys_way(office: RealOffice) -> None:
    for number in range(20):
        later: Any = office.clock.moment + timedelta(hours=1)
        office.queue(office.amina, f"{number}", lane=Lane.REPLY, not_before=later)
    office.queue(office.amina, "nå", lane=Lane.BROADCAST)

    assert claim(office) == ["nå"]
    assert at_rest(office) == 0
