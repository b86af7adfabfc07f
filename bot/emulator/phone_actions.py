"""What a person does on their phone: write, tap, send things, block, come back."""

from datetime import datetime
from typing import Any

from bot.emulator.message_shapes import chat_json, message_json, tell_membership, tell_message
from bot.emulator.records import BotAccount, CallbackQuery, Chat, Json, Message, Person
from bot.emulator.text_units import clean, detect, trim, utf16_length
from bot.emulator.world import Refused, World

MAX_TYPED_UNITS = 4096


def person(world: World, person_id: int) -> Person:
    """Return the owner of a phone."""
    found = world.people.get(person_id)
    if found is None:
        raise Refused(f"there is no phone {person_id}", 404)
    return found


def bot_of(world: World, owner: Person, token: str | None = None) -> BotAccount:
    """Return the bot a phone talks to: the one named, its own, or the first there is."""
    if token:
        return world.bot(token)
    if owner.bot_id in world.bots_by_id:
        return world.bots_by_id[owner.bot_id]
    found = world.only_bot()
    if found is None:
        raise Refused("no bot is known yet: start one, or POST /emulator/bots")
    return found


def _awake(owner: Person) -> None:
    if owner.deactivated:
        raise Refused("this account is deactivated")


def _writable(world: World, owner: Person, bot: BotAccount) -> Chat:
    _awake(owner)
    chat = world.private_chat(bot, owner)
    if chat.blocked:
        raise Refused("the bot is blocked: unblock it first")
    chat.started = True
    return chat


def written(text: str) -> Json:
    """Return the content of a message somebody typed."""
    shown, _ = trim(clean(text), [])
    if not shown:
        raise Refused("nothing was written", 400)
    if utf16_length(shown) > MAX_TYPED_UNITS:
        raise Refused("the app would split a text this long", 400)
    return {"text": shown, "entities": detect(shown, [])}


def send(
    world: World, owner: Person, bot: BotAccount, content: Json, reply_to: int | None = None
) -> Message:
    """Put something into the private chat and tell the bot."""
    chat = _writable(world, owner, bot)
    message = world.add_message(chat, content, from_person=owner.person_id, reply_to=reply_to)
    tell_message(world, bot, chat, message)
    return message


def start(world: World, owner: Person, bot: BotAccount, payload: str) -> Message:
    """Press Start, from a link with a payload or without; it also lifts a block."""
    _awake(owner)
    chat = world.private_chat(bot, owner)
    if chat.blocked:
        unblock(world, owner, bot)
    return send(world, owner, bot, written(f"/start {payload}".strip()))


def edit(world: World, owner: Person, bot: BotAccount, message_id: int, text: str) -> Message:
    """Change a text the person wrote before."""
    chat = _writable(world, owner, bot)
    message = chat.messages.get(message_id)
    if message is None or message.from_person != owner.person_id or "text" not in message.content:
        raise Refused("only an own text can be edited", 404)
    message.content = written(text)
    message.edited_at = world.clock.now()
    world.changed()
    tell_message(world, bot, chat, message)
    return message


def block(world: World, owner: Person, bot: BotAccount) -> None:
    """Stop the bot from writing."""
    chat = world.private_chat(bot, owner)
    if not chat.blocked:
        chat.blocked = True
        tell_membership(world, bot, chat, owner.person_id, old="member", new="kicked")
        world.changed()


def unblock(world: World, owner: Person, bot: BotAccount) -> None:
    """Let the bot write again."""
    chat = world.private_chat(bot, owner)
    if chat.blocked:
        chat.blocked = False
        tell_membership(world, bot, chat, owner.person_id, old="kicked", new="member")
        world.changed()


def delete_chat(world: World, owner: Person, bot: BotAccount) -> None:
    """Clear the chat on the phone; the bot does not hear of it."""
    chat = world.private_chat(bot, owner)
    for message in chat.messages.values():
        message.hidden = True
    chat.reply_keyboard = None
    world.changed()


def visible(chat: Chat) -> list[Message]:
    """Return what the phone shows, oldest first."""
    return [one for one in chat.messages.values() if not one.deleted and not one.hidden]


def buttons_of(message: Message) -> list[Json]:
    """Return the inline buttons under a message, row after row."""
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def tap(
    world: World, owner: Person, bot: BotAccount, message_id: int, data: str, *, forged: bool
) -> Json:
    """Tap an inline button; `forged` also sends what no button offers."""
    chat = _writable(world, owner, bot)
    message = chat.messages.get(message_id)
    there = message is not None and not message.deleted
    fits = message is not None and any(b.get("callback_data") == data for b in buttons_of(message))
    if not forged and not (there and fits):
        raise Refused("that button is not on the screen (any more)")
    query_id = str(world.random.randint(10**17, 10**18))
    query = CallbackQuery(query_id, bot.bot_id, owner.person_id, chat, world.clock.now())
    world.callbacks[query_id] = query
    if message is not None and there:
        about = message_json(world, chat, message)
    else:
        about = {"chat": chat_json(world, chat), "message_id": message_id, "date": 0}
    body = {
        "id": query_id,
        "from": owner.as_telegram(),
        "chat_instance": str(owner.person_id * 31 + bot.bot_id),
        "message": about,
        "data": data,
    }
    update_id = bot.updates.add("callback_query", body, chat_key=str(chat.chat_id))
    world.changed()
    return {"callback_query_id": query_id, "update_id": update_id, "message_id": message_id}


def tap_label(world: World, owner: Person, bot: BotAccount, label: str) -> Json:
    """Tap the newest inline button of that label, or else the one on the reply keyboard."""
    chat = _writable(world, owner, bot)
    for message in reversed(visible(chat)):
        for button in buttons_of(message):
            if button["text"] != label:
                continue
            if button.get("callback_data") is None:
                return {"url": button.get("url"), "message_id": message.message_id}
            data = button["callback_data"]
            return tap(world, owner, bot, message.message_id, data, forged=False)
    keyboard = chat.reply_keyboard or {}
    if any(button["text"] == label for row in keyboard.get("keyboard", []) for button in row):
        if keyboard.get("one_time_keyboard"):
            chat.reply_keyboard = None
        return {"message_id": send(world, owner, bot, written(label)).message_id}
    raise Refused(f"no button says {label!r}", 404)


def add_history(world: World, owner: Person, bot: BotAccount, past: list[Json]) -> list[int]:
    """Put earlier messages on the phone without telling the bot."""
    chat = world.private_chat(bot, owner)
    chat.started = True
    made: list[int] = []
    for one in past:
        from_bot = one.get("from", "bot") == "bot"
        message = world.add_message(
            chat,
            written(str(one.get("text", ""))),
            from_bot=bot.bot_id if from_bot else None,
            from_person=None if from_bot else owner.person_id,
            reply_markup=_history_markup(one.get("buttons")),
        )
        message.at = datetime.fromisoformat(one["at"]) if one.get("at") else message.at
        if message.at.tzinfo is None:
            raise Refused("the moment of a past message needs a zone", 400)
        message.history = True
        if one.get("menu"):
            rows = [[{"text": label} for label in row] for row in one["menu"]]
            chat.reply_keyboard = {"keyboard": rows, "resize_keyboard": True, "is_persistent": True}
        made.append(message.message_id)
    return made


def _history_markup(buttons: Any) -> Json | None:
    if not buttons:
        return None
    rows = buttons if isinstance(buttons[0], list) else [buttons]
    return {
        "inline_keyboard": [
            [
                {
                    "text": one["text"],
                    "callback_data": one.get("data", one.get("callback_data", one["text"])),
                }
                for one in row
            ]
            for row in rows
        ]
    }
