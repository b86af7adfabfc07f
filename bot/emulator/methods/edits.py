"""Methods that change what a bot has sent before."""

from bot.emulator.api_errors import Json, bad_request
from bot.emulator.formatting import checked_caption, checked_text
from bot.emulator.keyboards import checked_markup
from bot.emulator.message_shapes import message_json
from bot.emulator.methods.call import Call, method, own_message, writable_chat
from bot.emulator.records import Chat, Message

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


def _editable(call: Call) -> tuple[Chat, Message]:
    if not call.parameters.text("chat_id"):
        raise bad_request("message identifier is not specified")
    chat = writable_chat(call)
    message = own_message(call, chat, "message to edit not found")
    plain_keyboard = message.reply_markup and "inline_keyboard" not in message.reply_markup
    if message.from_bot != call.bot.bot_id or plain_keyboard or message.service:
        raise bad_request("message can't be edited")
    return chat, message


def _new_markup(call: Call) -> Json | None:
    given = call.parameters.parsed("reply_markup", "reply keyboard markup")
    markup = checked_markup(given, inline_only=True)
    return markup if markup and markup.get("inline_keyboard") else None


def _apply(call: Call, chat: Chat, message: Message, content: Json, markup: Json | None) -> Json:
    current = message.reply_markup if message.reply_markup else None
    if current and not current.get("inline_keyboard"):
        current = None
    if content == message.content and markup == current:
        raise bad_request(_SAME)
    only_buttons = content == message.content
    message.content, message.reply_markup = content, markup
    if not only_buttons:
        message.edited_at = call.world.clock.now()
    call.world.changed()
    return message_json(call.world, chat, message)


@method("editMessageText")
async def edit_message_text(call: Call) -> Json:
    """Change the text of a message; buttons not given anew vanish."""
    given = call.parameters
    markup = _new_markup(call)
    entities = given.parsed("entities", "message entities")
    text, found = checked_text(given.text("text"), given.text("parse_mode"), entities)
    chat, message = _editable(call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _apply(call, chat, message, {"text": text, "entities": found}, markup)


@method("editMessageCaption")
async def edit_message_caption(call: Call) -> Json:
    """Change what stands under a photo or file."""
    given = call.parameters
    markup = _new_markup(call)
    entities = given.parsed("caption_entities", "message entities")
    caption, found = checked_caption(given.text("caption"), given.text("parse_mode"), entities)
    chat, message = _editable(call)
    if not any(kind in message.content for kind in ("photo", "document", "voice")):
        raise bad_request("there is no caption in the message to edit")
    content = {**message.content, "caption": caption, "caption_entities": found}
    return _apply(call, chat, message, content, markup)


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(call: Call) -> Json:
    """Change only the buttons; without any they vanish."""
    markup = _new_markup(call)
    chat, message = _editable(call)
    return _apply(call, chat, message, message.content, markup)
