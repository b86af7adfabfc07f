"""/link in a group, its membership, and its upgrade, as Telegram words them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.people import AccountStatus
from bot.domain.staff_group import StaffGroup
from bot.services.staff_groups import allow_group
from tests.handlers.conftest import Chat, group_message, person, processed
from tests.handlers.test_updates import membership
from tests.real_office import AMINA_CHAT, OFFICE, RealOffice

GROUP, SUPERGROUP = -500, -1_000_000_000_500
OLD = {"id": GROUP, "type": "group", "title": "Jobbkurset"}
NEW = {"id": SUPERGROUP, "type": "supergroup", "title": "Jobbkurset"}


def _code(office: RealOffice) -> str:
    code: str = office.do(lambda uow: allow_group(uow, uow.offices.get(OFFICE)).code)
    return code


def _linked(office: RealOffice) -> StaffGroup | None:
    found: StaffGroup | None = office.storage.read_sync(
        lambda uow: uow.staff_groups.current_of(OFFICE)
    )
    return found


async def _link(chat: Chat, office: RealOffice) -> None:
    await chat.deliver(message=group_message(f"/link {_code(office)}"))


def _upgraded(chat: dict[str, Any], **news: int) -> dict[str, Any]:
    told = group_message("") | {"chat": chat} | news
    del told["text"]
    return told


@pytest.mark.parametrize(
    "command", ["/link", "/link@sample_bot", "/LINK@Sample_Bot", "/link@sample_bot\n"]
)
@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_link_with_its_code_links_the_group(
    chat: Chat, office: RealOffice, command: str, kind: str
) -> None:
    office.do(_knows_its_bot)

    row = await chat.deliver(message=group_message(f"{command} {_code(office)}", kind=kind))

    assert processed(row)
    linked = _linked(office)
    assert linked is not None
    assert linked.chat_id == GROUP
    assert len(chat.replies(chat=GROUP)) == 1


@pytest.mark.parametrize("text", ["/link", "/link hei", "/link@sample_bot", "/link " + "x" * 4000])
async def test_link_without_a_code_that_works_is_answered_kindly(
    chat: Chat, office: RealOffice, text: str
) -> None:
    await chat.deliver(message=group_message(text))

    assert ["virker ikke" in reply for reply in chat.replies(chat=GROUP)] == [True]
    assert _linked(office) is None


async def test_a_link_for_another_bot_is_none_of_ours(chat: Chat, office: RealOffice) -> None:
    office.do(_knows_its_bot)

    row = await chat.deliver(message=group_message(f"/link@other_bot {_code(office)}"))

    assert processed(row)
    assert chat.replies(chat=GROUP) == []
    linked = _linked(office)
    assert linked is not None
    assert linked.chat_id is None


async def test_an_edited_link_links_nothing(chat: Chat, office: RealOffice) -> None:
    code = _code(office)

    await chat.deliver(edited_message=group_message(f"/link {code}") | {"edit_date": 1772528405})

    linked = _linked(office)
    assert linked is not None
    assert linked.chat_id is None


async def test_a_link_in_a_private_chat_links_nothing(chat: Chat, office: RealOffice) -> None:
    told = group_message(f"/link {_code(office)}")
    told["chat"] = {"id": AMINA_CHAT, "type": "private", "first_name": "Amina"}

    await chat.deliver(message=told)

    linked = _linked(office)
    assert linked is not None
    assert linked.chat_id is None


async def test_other_talk_in_a_staff_group_is_not_listened_to(
    chat: Chat, office: RealOffice
) -> None:
    await _link(chat, office)

    for text in ("hei", "/hjelp", "noen som tar den?"):
        assert processed(await chat.deliver(message=group_message(text)))

    # The link, and once that it only talks with people one by one.
    assert len(chat.replies(chat=GROUP)) == 2
    assert office.rows("free_texts") == []


@pytest.mark.parametrize("status", ["kicked", "left"])
async def test_thrown_out_of_its_group_the_link_is_dropped(
    chat: Chat, office: RealOffice, status: str
) -> None:
    await _link(chat, office)

    row = await chat.deliver(my_chat_member=membership(status, chat=OLD))

    assert processed(row)
    assert _linked(office) is None


async def test_a_group_that_throws_the_bot_out_blocks_nobody(
    chat: Chat, office: RealOffice
) -> None:
    # Were it looked up among people's chats: Amina's number, but a group.
    await chat.deliver(
        my_chat_member=membership("kicked", chat={**OLD, "id": AMINA_CHAT}) | {"from": person()}
    )

    account = office.storage.read_sync(lambda uow: uow.accounts.by_chat(OFFICE, AMINA_CHAT))
    assert account.status is AccountStatus.ACTIVE


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0, 1, 1)])
async def test_an_upgrade_moves_the_link_whichever_chat_tells_first(
    chat: Chat, office: RealOffice, order: tuple[int, ...]
) -> None:
    await _link(chat, office)
    news = (
        _upgraded(OLD, migrate_to_chat_id=SUPERGROUP),
        _upgraded(NEW, migrate_from_chat_id=GROUP),
    )

    rows = [await chat.deliver(message=news[which]) for which in order]

    assert all(processed(row) for row in rows)
    linked = _linked(office)
    assert linked is not None
    assert linked.chat_id == SUPERGROUP


async def test_an_upgrade_of_any_other_group_is_no_matter(chat: Chat, office: RealOffice) -> None:
    row = await chat.deliver(message=_upgraded(OLD, migrate_to_chat_id=SUPERGROUP))

    assert processed(row)
    assert _linked(office) is None
    assert office.rows("outbox") == []


def _knows_its_bot(uow: Any) -> None:
    uow.offices.save(replace(uow.offices.get(OFFICE), bot_username="sample_bot"))
