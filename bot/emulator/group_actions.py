"""What happens in groups: people write, bots are added and thrown out, a group is upgraded."""

from bot.emulator.message_shapes import tell_membership, tell_message
from bot.emulator.phone_actions import written
from bot.emulator.records import BotAccount, Chat, Json, Message
from bot.emulator.world import Refused, World


def group(world: World, chat_id: int) -> Chat:
    """Return a group by its chat id."""
    found = world.groups.get(chat_id)
    if found is None:
        raise Refused(f"there is no group {chat_id}", 404)
    return found


def make_group(
    world: World, title: str, members: list[int], bots: list[BotAccount], *, kind: str
) -> Chat:
    """Make a group; its bots learn that they were added."""
    unknown = [one for one in members if one not in world.people]
    if unknown or not members:
        raise Refused("a group needs members, and every member a phone", 400)
    chat = Chat(world.new_group_id(kind), kind, title=title, members=list(members))
    world.groups[chat.chat_id] = chat
    for bot in bots:
        add_bot(world, chat, bot)
    world.changed()
    return chat


def add_bot(world: World, chat: Chat, bot: BotAccount) -> None:
    """Add a bot, or let it back in."""
    old = chat.bots.get(bot.bot_id, "left")
    chat.bots[bot.bot_id] = "member"
    tell_membership(world, bot, chat, chat.members[0], old=old, new="member")
    world.changed()


def kick_bot(world: World, chat: Chat, bot: BotAccount) -> None:
    """Throw a bot out."""
    if chat.bots.get(bot.bot_id) != "member":
        raise Refused("the bot is not in this group")
    chat.bots[bot.bot_id] = "kicked"
    tell_membership(world, bot, chat, chat.members[0], old="member", new="kicked")
    world.changed()


def write(
    world: World, chat: Chat, person_id: int, text: str, reply_to: int | None = None
) -> Message:
    """Write as a member; a bot hears what its privacy mode lets through."""
    if person_id not in chat.members:
        raise Refused("only members write in a group", 403)
    if chat.migrated_to is not None:
        raise Refused(f"the group lives on as {chat.migrated_to}")
    message = world.add_message(chat, written(text), from_person=person_id, reply_to=reply_to)
    for bot_id, status in chat.bots.items():
        bot = world.bots_by_id[bot_id]
        if status == "member" and _may_read(chat, bot, message):
            tell_message(world, bot, chat, message)
    return message


def _may_read(chat: Chat, bot: BotAccount, message: Message) -> bool:
    if bot.reads_all_group_messages:
        return True
    replied = chat.messages.get(message.reply_to or 0)
    if replied is not None and replied.from_bot == bot.bot_id:
        return True
    text = message.content.get("text", "")
    command = text.startswith("/") and ("@" not in text.split()[0] or bot.username in text)
    return command or f"@{bot.username}" in text


def migrate(world: World, chat: Chat) -> Chat:
    """Upgrade a group to a supergroup with a new id; both sides get the service message."""
    if chat.kind != "group" or chat.migrated_to is not None:
        raise Refused("only a basic group can be upgraded, and once")
    upgraded = Chat(
        world.new_group_id("supergroup"),
        "supergroup",
        title=chat.title,
        members=list(chat.members),
        bots=dict(chat.bots),
    )
    world.groups[upgraded.chat_id] = upgraded
    _announce(world, chat, {"migrate_to_chat_id": upgraded.chat_id})
    chat.migrated_to = upgraded.chat_id
    _announce(world, upgraded, {"migrate_from_chat_id": chat.chat_id})
    return upgraded


def _announce(world: World, chat: Chat, content: Json) -> None:
    message = world.add_message(chat, content, from_person=chat.members[0], service=True)
    for bot_id, status in chat.bots.items():
        if status == "member":
            tell_message(world, world.bots_by_id[bot_id], chat, message)
