"""What Telegram accepts as reply_markup, and what it answers to the rest."""

from typing import Any

from bot.emulator.api_errors import ApiError, Json, bad_request

MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
_INLINE_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "copy_text",
    "pay",
    "callback_game",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
)


def checked_markup(markup: Any, *, inline_only: bool = False) -> Json | None:
    """Return the markup if Telegram would take it.

    Args:
        markup: Parsed JSON, or None when the parameter is absent.
        inline_only: For edits, which take inline keyboards only.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard", "InlineKeyboardMarkup")
        return {"inline_keyboard": [[_inline_button(one) for one in row] for row in rows if row]}
    if inline_only and markup:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], "keyboard", "ReplyKeyboardMarkup")
        return {**markup, "keyboard": [[_plain_button(one) for one in row] for row in rows if row]}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    return None


def _rows(rows: Any, field: str, owner: str) -> list[list[Any]]:
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" of the {owner} must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" of the {owner} must be an Array of Arrays')
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _button_text(button: Json, sort: str) -> str:
    text = button.get("text")
    if text is None:
        raise _unparsed(sort, 'Can\'t find field "text"')
    if not isinstance(text, str):
        raise _unparsed(sort, 'Field "text" must be of type String')
    if not text.strip():
        raise bad_request("text buttons must be non-empty")
    return text


def _unparsed(sort: str, complaint: str) -> ApiError:
    return bad_request(f"can't parse {sort} button: {complaint}")


def _inline_button(button: Any) -> Json:
    sort = "inline keyboard"
    if not isinstance(button, dict):
        raise _unparsed(sort, "InlineKeyboardButton must be an Object")
    _button_text(button, sort)
    if not any(button.get(action) is not None for action in _INLINE_ACTIONS):
        raise _unparsed(sort, "Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None:
        if not isinstance(data, str):
            raise _unparsed(sort, 'Field "callback_data" must be of type String')
        if not 1 <= len(data.encode("utf-8", "surrogatepass")) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not _plausible_url(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return button


def _plausible_url(url: Any) -> bool:
    if not isinstance(url, str):
        return False
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "." in url and " " not in url
    return scheme.lower() in {"http", "https", "tg", "ton"} and bool(rest) and " " not in url


def _plain_button(button: Any) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise _unparsed("keyboard", "KeyboardButton must be an Object")
    _button_text(button, "keyboard")
    return button
