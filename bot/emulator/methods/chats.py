"""Methods about chats themselves."""

from bot.emulator.api_errors import Json, bad_request
from bot.emulator.message_shapes import chat_json
from bot.emulator.methods.call import Call, find_chat, method, writable_chat


@method("getChat")
async def get_chat(call: Call) -> Json:
    """Describe a chat the bot knows."""
    chat = find_chat(call)
    if chat.person_id is not None and not chat.started:
        raise bad_request("chat not found")
    return {
        **chat_json(call.world, chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


@method("leaveChat")
async def leave_chat(call: Call) -> bool:
    """Leave a group."""
    chat = writable_chat(call)
    if chat.person_id is not None:
        raise bad_request("chat is not a group")
    chat.bots[call.bot.bot_id] = "left"
    call.world.changed()
    return True
