"""A phone as its owner sees it, in JSON for the control and the page."""

import time
from datetime import UTC

from bot.emulator.clock import iso
from bot.emulator.phone_actions import bot_of, visible
from bot.emulator.records import BotAccount, Chat, Json, Message, Person
from bot.emulator.world import Refused, World

SHOWN_ANSWERS = 20


def phone_summary(world: World, owner: Person) -> Json:
    """Return whose phone it is."""
    bot_id = owner.bot_id
    if bot_id is None:
        first = world.only_bot()
        bot_id = first.bot_id if first else None
    bot = world.bots_by_id.get(bot_id or 0)
    return {
        "id": owner.person_id,
        "user_id": owner.person_id,
        "name": owner.first_name,
        "last_name": owner.last_name,
        "username": owner.username,
        "language_code": owner.language_code,
        "deactivated": owner.deactivated,
        "bot": _bot_view(bot) if bot else None,
    }


def phone_view(world: World, owner: Person, token: str | None = None) -> Json:
    """Return a phone with its chat: messages, keyboards, state, answers to taps."""
    shape = phone_summary(world, owner)
    try:
        bot = bot_of(world, owner, token)
    except Refused:
        return {**shape, **_empty(), "groups": []}
    chat = world.private_chat(bot, owner)
    shown = visible(chat)
    incoming = [one for one in shown if one.from_bot is not None and not one.history]
    commands = bot.commands.get(f"default::|{owner.language_code or ''}") or bot.commands.get(
        "default::|", []
    )
    return {
        **shape,
        "bot": _bot_view(bot),
        "started": chat.started,
        "blocked": chat.blocked,
        "typing": chat.typing_until > time.monotonic(),
        "messages": [message_view(world, chat, one) for one in shown],
        "reply_keyboard": chat.reply_keyboard,
        "notifications": [
            {"message_id": one.message_id, "at": iso(one.at), "silent": one.silent}
            for one in incoming
        ],
        "answers": chat.answers[-SHOWN_ANSWERS:],
        "commands": commands,
        "description": bot.texts.get(f"description|{owner.language_code or ''}")
        or bot.texts.get("description|", ""),
        "groups": [group_view(world, group) for group in world.chats_of(owner)],
    }


def _empty() -> Json:
    return {
        "started": False,
        "blocked": False,
        "typing": False,
        "messages": [],
        "reply_keyboard": None,
        "notifications": [],
        "answers": [],
        "commands": [],
        "description": "",
    }


def _bot_view(bot: BotAccount) -> Json:
    return {"id": bot.bot_id, "username": bot.username, "name": bot.name, "token": bot.token}


def group_view(world: World, chat: Chat) -> Json:
    """Return a group with its messages."""
    return {
        "id": chat.chat_id,
        "type": chat.kind,
        "title": chat.title,
        "members": chat.members,
        "bots": {str(bot_id): status for bot_id, status in chat.bots.items()},
        "migrated_to": chat.migrated_to,
        "messages": [message_view(world, chat, one) for one in visible(chat)],
    }


def message_view(world: World, chat: Chat, message: Message) -> Json:
    """Return one bubble."""
    content = message.content
    if message.service:
        sender, name = "service", ""
    elif message.from_bot is not None:
        sender, name = "bot", world.bots_by_id[message.from_bot].name
    else:
        sender, name = "person", world.people[message.from_person or 0].first_name
    shape: Json = {
        "message_id": message.message_id,
        "order": message.order,
        "from": sender,
        "name": name,
        "at": iso(message.at.astimezone(UTC)),
        "text": content.get("text", content.get("caption", "")),
        "entities": content.get("entities", content.get("caption_entities", [])),
        "edited": message.edited_at is not None,
        "keyboard": _keyboard(message),
        "silent": message.silent,
        "history": message.history,
        "reply_to": message.reply_to,
    }
    for kind in ("document", "voice", "sticker", "location", "venue"):
        if kind in content:
            shape[kind] = dict(content[kind])
    if "photo" in content:
        shape["photo"] = dict(content["photo"][-1])
    for kind in ("photo", "document", "voice", "sticker"):
        if kind in shape:
            shape[kind]["url"] = f"/emulator/files/{shape[kind]['file_id']}"
    if message.service:
        shape["text"] = ", ".join(f"{key}: {value}" for key, value in content.items())
    return shape


def _keyboard(message: Message) -> list[list[Json]]:
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    return [[_button(button) for button in row] for row in rows]


def _button(button: Json) -> Json:
    shape: Json = {"text": button["text"]}
    if button.get("callback_data") is not None:
        shape["data"] = button["callback_data"]
    for action in ("url", "web_app", "copy_text"):
        if button.get(action) is not None:
            shape[action] = button[action]
    return shape
