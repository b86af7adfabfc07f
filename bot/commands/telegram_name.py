"""Asks Telegram who a bot is, for the doctor and for invitation links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import BadSetting, DeliveryFailed

if TYPE_CHECKING:
    from bot.config import Settings

ANSWER_SECONDS = 5
_REFUSALS = (401, 403, 404)


def ask_bot_name(settings: Settings, token: str) -> str:
    """The bot's name without "@" (getMe).

    Raises:
        BadSetting: Telegram does not know the token.
        DeliveryFailed: Telegram, or whoever stands at TELEGRAM_API_URL, cannot be reached.
    """
    import httpx

    place = settings.telegram_api_url
    try:
        # A proxy may be the only way to Telegram; an emulator on this machine needs none.
        answer = httpx.get(
            f"{place}/bot{token}/getMe",
            timeout=ANSWER_SECONDS,
            trust_env=settings.talks_to_telegram,
        )
        if answer.status_code in _REFUSALS:
            raise BadSetting(
                f"{place} refuses the bot's token: copy it anew from @BotFather "
                "into TETTPA_TELEGRAM_TOKEN."
            )
        return str(answer.json()["result"]["username"])
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Only the kind of error: its words hold the address, and that holds the token.
        reason = f"{place} cannot be reached ({type(error).__name__})"
    except (ValueError, KeyError, TypeError):
        reason = f"{place} answers, but not as Telegram does"
    raise DeliveryFailed(
        f"{reason}: check the network, a proxy, and TETTPA_TELEGRAM_API_URL.", permanent=False
    )
