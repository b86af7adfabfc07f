"""The Bot API's JSON objects for chats and messages."""

from datetime import datetime

from bot.emulator.records import BotAccount, Chat, Json, Message
from bot.emulator.world import World


def unix(instant: datetime) -> int:
    """Return whole seconds since 1970, as Telegram dates everything."""
    return int(instant.timestamp())


def chat_json(world: World, chat: Chat) -> Json:
    """Return the Chat object."""
    shape: Json = {"id": chat.chat_id, "type": chat.kind}
    if chat.person_id is None:
        return {**shape, "title": chat.title}
    person = world.people[chat.person_id].as_telegram()
    kept = ("first_name", "last_name", "username")
    return {**shape, **{key: person[key] for key in kept if key in person}}


def message_json(world: World, chat: Chat, message: Message, *, with_reply: bool = True) -> Json:
    """Return the Message object as a bot sees it."""
    shape: Json = {"message_id": message.message_id}
    if message.from_bot is not None:
        shape["from"] = world.bots_by_id[message.from_bot].as_telegram()
    elif message.from_person is not None:
        shape["from"] = world.people[message.from_person].as_telegram()
    shape["chat"] = chat_json(world, chat)
    shape["date"] = unix(message.at)
    if message.edited_at is not None:
        shape["edit_date"] = unix(message.edited_at)
    replied = chat.messages.get(message.reply_to or 0)
    if replied is not None and with_reply and not replied.deleted:
        shape["reply_to_message"] = message_json(world, chat, replied, with_reply=False)
    # Telegram sends no empty lists; some libraries trip over them.
    shape.update({key: value for key, value in message.content.items() if value not in ([], "")})
    markup = message.reply_markup
    if markup and markup.get("inline_keyboard"):
        shape["reply_markup"] = markup
    return shape


def membership_json(bot: BotAccount, status: str) -> Json:
    """Return a ChatMember object for the bot itself."""
    shape: Json = {"user": bot.as_telegram(), "status": status}
    if status == "kicked":
        shape["until_date"] = 0
    return shape


def tell_membership(
    world: World, bot: BotAccount, chat: Chat, actor_id: int, *, old: str, new: str
) -> None:
    """Queue the my_chat_member update a bot gets when its own standing changes."""
    bot.updates.add(
        "my_chat_member",
        {
            "chat": chat_json(world, chat),
            "from": world.people[actor_id].as_telegram(),
            "date": unix(world.clock.now()),
            "old_chat_member": membership_json(bot, old),
            "new_chat_member": membership_json(bot, new),
        },
        chat_key=str(chat.chat_id),
    )


def tell_message(world: World, bot: BotAccount, chat: Chat, message: Message) -> int | None:
    """Queue the update for a message somebody wrote or edited."""
    kind = "edited_message" if message.edited_at is not None else "message"
    body = message_json(world, chat, message)
    return bot.updates.add(kind, body, chat_key=str(chat.chat_id))
