"""What every Bot API method is handed, and the register of methods by lower-case name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.emulator.api_errors import Json, bad_request, forbidden
from bot.emulator.message_shapes import message_json
from bot.emulator.parameters import Parameters
from bot.emulator.records import BotAccount, Chat, Message
from bot.emulator.world import World


@dataclass(frozen=True)
class Call:
    """One call of one bot."""

    world: World
    bot: BotAccount
    parameters: Parameters
    method: str


Method = Callable[[Call], Awaitable[Any]]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a function as the Bot API method of this name."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = function
        return function

    return register


def find_chat(call: Call) -> Chat:
    """Return the chat that `chat_id` names, whether or not the bot may write there."""
    raw = call.parameters.text("chat_id")
    if not raw:
        raise bad_request("chat_id is empty")
    try:
        chat_id = int(raw)
    except ValueError as error:
        raise bad_request("chat not found") from error
    if chat_id in call.world.people:
        return call.world.private_chat(call.bot, call.world.people[chat_id])
    group = call.world.groups.get(chat_id)
    if group is None or call.bot.bot_id not in group.bots:
        raise bad_request("chat not found")
    return group


def writable_chat(call: Call) -> Chat:
    """Return the chat a message may be sent to, or Telegram's reason why not."""
    chat = find_chat(call)
    if chat.person_id is not None:
        if call.world.people[chat.person_id].deactivated:
            raise forbidden("user is deactivated")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat
    if chat.migrated_to is not None:
        raise bad_request(
            "group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    status = chat.bots[call.bot.bot_id]
    sort = "supergroup" if chat.kind == "supergroup" else "group"
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {sort} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {sort} chat")
    return chat


def replied_message(call: Call, chat: Chat) -> int | None:
    """Return the id of the message replied to, checked to exist."""
    given = call.parameters.parsed("reply_parameters", "reply parameters")
    if given is not None and not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    wanted = (given or {}).get("message_id", call.parameters.integer("reply_to_message_id"))
    if not wanted:
        return None
    message = chat.messages.get(int(wanted))
    if message is not None and not message.deleted:
        return message.message_id
    lenient = (given or {}).get("allow_sending_without_reply") or call.parameters.flag(
        "allow_sending_without_reply"
    )
    if lenient:
        return None
    raise bad_request("message to be replied not found")


def deliver(call: Call, chat: Chat, content: Json, markup: Json | None) -> Json:
    """Put the bot's message into the chat and return it the way the API does."""
    world = call.world
    reply_to = replied_message(call, chat)
    world.limits.check(call.bot.bot_id, chat.chat_id)
    message = world.add_message(
        chat,
        content,
        from_bot=call.bot.bot_id,
        reply_markup=markup,
        reply_to=reply_to,
        silent=call.parameters.flag("disable_notification"),
    )
    chat.typing_until = 0.0
    if markup and "keyboard" in markup:
        chat.reply_keyboard = markup
    elif markup and markup.get("remove_keyboard"):
        chat.reply_keyboard = None
    world.record_sent(call.bot, chat, message, call.method)
    return message_json(world, chat, message)


def own_message(call: Call, chat: Chat, complaint: str) -> Message:
    """Return the message that `message_id` names; deleted and unknown ones are refused."""
    wanted = call.parameters.integer("message_id")
    if not wanted:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(wanted)
    if message is None or message.deleted:
        raise bad_request(complaint)
    return message
