"""Methods about the bot itself: who it is, its commands, texts and menu button."""

import re
from typing import Any

from bot.emulator.api_errors import Json, bad_request
from bot.emulator.methods.call import Call, method
from bot.emulator.records import Webhook

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MAX_COMMANDS = 100


@method("getMe")
async def get_me(call: Call) -> Json:
    """Describe the bot."""
    return {
        **call.bot.as_telegram(),
        "can_join_groups": True,
        "can_read_all_group_messages": call.bot.reads_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _commands_key(call: Call) -> str:
    scope = call.parameters.parsed("scope", "bot command scope") or {"type": "default"}
    if not isinstance(scope, dict) or not isinstance(scope.get("type"), str):
        raise bad_request("can't parse BotCommandScope: expected an Object with a type")
    where = ":".join(str(scope.get(key, "")) for key in ("type", "chat_id", "user_id"))
    return f"{where}|{call.parameters.text('language_code')}"


@method("setMyCommands")
async def set_my_commands(call: Call) -> bool:
    """Set the commands shown for a scope and language."""
    given = call.parameters.parsed("commands", "bot commands")
    if not isinstance(given, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(given) > _MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in given:
        fields = (one.get("command"), one.get("description")) if isinstance(one, dict) else ("", "")
        if not _COMMAND.fullmatch(str(fields[0] or "").removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(fields[1] or "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [
        {"command": one["command"].removeprefix("/"), "description": one["description"]}
        for one in given
    ]
    call.bot.commands[_commands_key(call)] = kept
    call.world.changed()
    return True


@method("getMyCommands")
async def get_my_commands(call: Call) -> list[Json]:
    """Return the commands set for exactly this scope and language."""
    return call.bot.commands.get(_commands_key(call), [])


@method("deleteMyCommands")
async def delete_my_commands(call: Call) -> bool:
    """Forget the commands of a scope and language."""
    call.bot.commands.pop(_commands_key(call), None)
    return True


def _keep_text(call: Call, field: str, most: int) -> bool:
    text, language = call.parameters.text(field), call.parameters.text("language_code")
    if len(text) > most:
        raise bad_request(f"{field} is too long")
    call.bot.texts[f"{field}|{language}"] = text
    if field == "name" and text and not language:
        call.bot.name = text
    call.world.changed()
    return True


def _kept_text(call: Call, field: str) -> Json:
    language = call.parameters.text("language_code")
    default = call.bot.name if field == "name" else ""
    found = call.bot.texts.get(f"{field}|{language}") or call.bot.texts.get(f"{field}|")
    return {field: found or default}


@method("setMyName")
async def set_my_name(call: Call) -> bool:
    """Set the bot's name."""
    return _keep_text(call, "name", 64)


@method("getMyName")
async def get_my_name(call: Call) -> Json:
    """Return the bot's name."""
    return _kept_text(call, "name")


@method("setMyDescription")
async def set_my_description(call: Call) -> bool:
    """Set what an empty chat shows."""
    return _keep_text(call, "description", 512)


@method("getMyDescription")
async def get_my_description(call: Call) -> Json:
    """Return what an empty chat shows."""
    return _kept_text(call, "description")


@method("setMyShortDescription")
async def set_my_short_description(call: Call) -> bool:
    """Set what the bot's profile shows."""
    return _keep_text(call, "short_description", 120)


@method("getMyShortDescription")
async def get_my_short_description(call: Call) -> Json:
    """Return what the bot's profile shows."""
    return _kept_text(call, "short_description")


@method("setChatMenuButton")
async def set_chat_menu_button(call: Call) -> bool:
    """Set the button beside the text box."""
    button: Any = call.parameters.parsed("menu_button", "menu button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: wrong type")
    call.bot.menu_buttons[call.parameters.integer("chat_id", 0) or 0] = button
    return True


@method("getChatMenuButton")
async def get_chat_menu_button(call: Call) -> Json:
    """Return the button beside the text box."""
    chat_id = call.parameters.integer("chat_id", 0) or 0
    return call.bot.menu_buttons.get(chat_id, {"type": "default"})


@method("logOut")
async def log_out(call: Call) -> bool:
    """Leave this server; here it only forgets the webhook."""
    call.bot.webhook = Webhook()
    return True


@method("close")
async def close(call: Call) -> bool:
    """Prepare for another server; here there is nothing to do."""
    call.bot.updates.end_poll("terminated by close request")
    return True
