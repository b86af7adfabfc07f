"""Everything that is not a command or plain words, each with a sensible answer."""

from typing import Any

import pytest

from bot.domain.messages import InboxState
from bot.domain.people import AccountStatus
from bot.handlers.participants import MEDIA
from tests.handlers.conftest import DATE, Chat, group_message, message, person, processed
from tests.real_office import AMINA_CHAT, OFFICE, RealOffice

FILE = {"file_id": "f", "file_unique_id": "u"}
PICTURE = {**FILE, "width": 10, "height": 10}
ADDRESS = {"location": {"latitude": 59.0, "longitude": 10.0}, "title": "Nav", "address": "Gata 1"}
BODIES: dict[str, Any] = {
    "voice": {**FILE, "duration": 3},
    "audio": {**FILE, "duration": 3},
    "photo": [PICTURE],
    "video": {**PICTURE, "duration": 3},
    "video_note": {**FILE, "length": 10, "duration": 3},
    "sticker": {**PICTURE, "type": "regular", "is_animated": False, "is_video": False},
    "animation": {**PICTURE, "duration": 3},
    "document": {**FILE, "file_name": "cv.pdf"},
    "location": ADDRESS["location"],
    "venue": ADDRESS,
    "contact": {"phone_number": "+4700000000", "first_name": "Sample"},
    "poll": {
        "id": "1",
        "question": "?",
        "options": [],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    },
    "dice": {"emoji": "🎲", "value": 6},
}

POLL_ANSWER = {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["a"]}
INLINE_QUERY = {"id": "1", "from": person(), "query": "", "offset": ""}


def test_every_medium_has_a_sample() -> None:
    assert set(BODIES) == set(MEDIA)


@pytest.mark.parametrize("kind", MEDIA)
async def test_each_medium_is_noted_by_its_kind_and_answered(
    chat: Chat, office: RealOffice, kind: str
) -> None:
    caption = {"caption": "Se her"} if kind in ("photo", "video", "document") else {}

    row = await chat.deliver(message=message(**{kind: BODIES[kind]}, **caption))

    assert processed(row)
    assert chat.texts_kept() == [(kind, caption.get("caption", ""))]
    assert len(chat.replies()) == 1
    assert "00000000" not in str(office.rows("free_texts"))


async def test_an_edited_message_is_kept_as_a_revision(chat: Chat) -> None:
    await chat.deliver(message=message("Jeg komer"))

    row = await chat.deliver(edited_message=message("Jeg kommer") | {"edit_date": DATE + 5})

    assert processed(row)
    assert chat.texts_kept() == [("text", "Jeg komer"), ("edit", "Jeg kommer")]


async def test_an_edited_command_does_not_run_again(chat: Chat, office: RealOffice) -> None:
    await chat.deliver(edited_message=message("/hjelp") | {"edit_date": DATE + 5})

    assert office.rows("signals") == []


@pytest.mark.parametrize(
    "service",
    [
        {"pinned_message": message("før")},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"new_chat_title": "x"},
        {"write_access_allowed": {}},
        {"some_future_thing": {"x": 1}},
    ],
)
async def test_service_messages_need_no_answer(
    chat: Chat, office: RealOffice, service: dict[str, Any]
) -> None:
    row = await chat.deliver(message=message(**service))

    assert processed(row)
    assert office.rows("outbox") == []


def membership(status: str, *, chat: dict[str, Any] | None = None) -> dict[str, Any]:
    theirs = {"user": person(100200300, is_bot=True)}
    old = "member" if status == "kicked" else "kicked"

    def member(kind: str) -> dict[str, Any]:
        return {**theirs, "status": kind, **({"until_date": 0} if kind == "kicked" else {})}

    return {
        "chat": chat or {"id": AMINA_CHAT, "type": "private", "first_name": "Amina"},
        "from": person(),
        "date": DATE,
        "old_chat_member": member(old),
        "new_chat_member": member(status),
    }


async def test_blocking_and_unblocking_are_both_followed(chat: Chat, office: RealOffice) -> None:
    def status() -> AccountStatus:
        account = office.storage.read_sync(lambda uow: uow.accounts.by_chat(OFFICE, AMINA_CHAT))
        found: AccountStatus = account.status
        return found

    await chat.deliver(my_chat_member=membership("kicked"))
    blocked = status()
    row = await chat.deliver(my_chat_member=membership("member"))

    assert processed(row)
    assert blocked is AccountStatus.BLOCKED
    assert status() is AccountStatus.ACTIVE
    assert len(office.rows("signals")) == 1


async def test_a_stranger_who_blocks_the_bot_changes_nothing(
    chat: Chat, office: RealOffice
) -> None:
    stranger = {"id": 4000, "type": "private", "first_name": "Omar"}

    row = await chat.deliver(my_chat_member=membership("kicked", chat=stranger))

    assert processed(row)
    assert office.rows("signals") == []


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_is_answered_once_whoever_speaks(
    chat: Chat, office: RealOffice, kind: str
) -> None:
    for text in ("/start@sample_bot", "hei", "/hjelp"):
        assert processed(await chat.deliver(message=group_message(text, kind=kind)))

    assert len(chat.replies(chat=-500)) == 1
    assert office.rows("free_texts") == []
    assert office.rows("signals") == []


async def test_what_happens_in_groups_besides_needs_no_answer(
    chat: Chat, office: RealOffice
) -> None:
    group = {"id": -500, "type": "group", "title": "Jobbkurset"}
    joined = group_message("") | {"new_chat_members": [person(100200300, is_bot=True)]}
    del joined["text"]
    post = message("nyhet") | {"chat": {"id": -100500, "type": "channel", "title": "K"}}
    rows = [
        await chat.deliver(message=joined),
        await chat.deliver(edited_message=group_message("rettet") | {"edit_date": DATE + 5}),
        await chat.deliver(my_chat_member=membership("member", chat=group)),
        await chat.deliver(channel_post=post),
        await chat.deliver(edited_channel_post=post | {"edit_date": DATE + 5}),
    ]

    assert all(processed(row) for row in rows)
    assert office.rows("outbox") == []


@pytest.mark.parametrize(
    "update",
    [
        pytest.param({"poll_answer": POLL_ANSWER}, id="poll answer"),
        pytest.param({"inline_query": INLINE_QUERY}, id="inline"),
        pytest.param({"chat_member": membership("member")}, id="chat member"),
        pytest.param({"something_new": {"x": 1}}, id="a kind that comes later"),
        pytest.param({}, id="nothing"),
    ],
)
async def test_kinds_of_updates_we_do_not_know_count_as_processed(
    chat: Chat, office: RealOffice, update: dict[str, Any]
) -> None:
    row = await chat.deliver(**update)

    assert row.state is InboxState.PROCESSED
    assert office.rows("outbox") == []


@pytest.mark.parametrize("update", [{"message": "ill"}, {"message": {"chat": 7}}, {"message": []}])
async def test_an_update_of_no_shape_raises_and_stays_pending(
    chat: Chat, update: dict[str, Any]
) -> None:
    row = chat.put(**update)

    with pytest.raises((TypeError, AttributeError, KeyError)):
        await chat.dispatcher.handle(row)

    assert chat.row(row).state is InboxState.PENDING


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param({"chat": {"id": "seven", "type": "private"}}, id="chat"),
        pytest.param({"chat": {"id": 2**63, "type": "private"}}, id="a number too large"),
        pytest.param({"from": {"id": "7", "is_bot": False, "first_name": "S"}}, id="person"),
        pytest.param({"message_id": "8"}, id="message"),
        pytest.param({"message_id": True}, id="truth"),
    ],
)
async def test_an_id_that_is_no_number_never_gets_into_a_row(
    chat: Chat, office: RealOffice, strange: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="is no number"):
        await chat.deliver(message=message("Hei") | strange)

    assert office.rows("outbox") == []
    assert office.rows("free_texts") == []
