"""The method that answers a tap on an inline button."""

from datetime import timedelta

from bot.emulator.api_errors import bad_request
from bot.emulator.clock import iso
from bot.emulator.methods.call import Call, method

ANSWERABLE_FOR = timedelta(minutes=15)
MAX_ANSWER_CHARS = 200


@method("answerCallbackQuery")
async def answer_callback_query(call: Call) -> bool:
    """Stop the button's waiting sign, perhaps with a short text."""
    query = call.world.callbacks.get(call.parameters.text("callback_query_id"))
    known = query is not None and query.bot_id == call.bot.bot_id
    if query is None or not known or call.world.clock.now() - query.at > ANSWERABLE_FOR:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.parameters.text("text")
    if len(text) > MAX_ANSWER_CHARS:
        raise bad_request("MESSAGE_TOO_LONG")
    query.chat.answers.append(
        {
            "callback_query_id": query.query_id,
            "text": text,
            "show_alert": call.parameters.flag("show_alert"),
            "url": call.parameters.text("url"),
            "at": iso(call.world.clock.now()),
        }
    )
    call.world.changed()
    return True
