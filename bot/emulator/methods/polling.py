"""Methods through which a bot gets its updates: polling and the webhook."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.emulator.api_errors import ApiError, Json, bad_request
from bot.emulator.message_shapes import unix
from bot.emulator.methods.call import Call, method
from bot.emulator.records import Webhook

_ADVICE = "make sure that only one bot instance is running"
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def _remember_allowed(call: Call) -> None:
    given = call.parameters.parsed("allowed_updates", "allowed updates")
    if given is None:
        return
    if not isinstance(given, list) or not all(isinstance(kind, str) for kind in given):
        raise bad_request("can't parse allowed updates: expected an Array of String")
    call.bot.updates.allowed = frozenset(given) if given else None


def _refuse_during_outage(call: Call) -> None:
    if call.bot.updates.faults.is_out():
        raise ApiError(502, "Bad Gateway")


@method("getUpdates")
async def get_updates(call: Call) -> list[Any]:
    """Hand out pending updates; an earlier poll that still waits is ended."""
    queue = call.bot.updates
    if call.bot.webhook.url:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    _remember_allowed(call)
    _refuse_during_outage(call)
    queue.drop_expired()
    queue.confirm(call.parameters.integer("offset", 0) or 0)
    limit = call.parameters.integer("limit", 100) or 100
    limit = limit if 1 <= limit <= 100 else 100
    seconds = min(max(call.parameters.integer("timeout", 0) or 0, 0), 50)
    found, ended_because = await queue.poll(limit=limit, seconds=seconds)
    _refuse_during_outage(call)
    if ended_because and not call.world.closing.is_set():
        raise ApiError(409, f"Conflict: {ended_because}; {_ADVICE}")
    return found


@method("setWebhook")
async def set_webhook(call: Call) -> bool:
    """Have updates pushed; plain HTTP is taken for this machine only."""
    given, bot = call.parameters, call.bot
    url, secret = given.text("url"), given.text("secret_token")
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS
    if url and not local and parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    _remember_allowed(call)
    if given.flag("drop_pending_updates"):
        bot.updates.entries.clear()
    connections = given.integer("max_connections", 40) or 40
    bot.webhook = Webhook(url, secret, max_connections=min(max(connections, 1), 100))
    bot.updates.end_poll("terminated by setWebhook request")
    bot.updates.wake()
    return True


@method("deleteWebhook")
async def delete_webhook(call: Call) -> bool:
    """Go back to polling."""
    if call.parameters.flag("drop_pending_updates"):
        call.bot.updates.entries.clear()
    call.bot.webhook = Webhook()
    call.bot.updates.wake()
    return True


@method("getWebhookInfo")
async def get_webhook_info(call: Call) -> Json:
    """Describe the webhook and how many updates wait."""
    hook, queue = call.bot.webhook, call.bot.updates
    queue.drop_expired()
    shape: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(queue.entries),
    }
    if hook.url:
        shape["max_connections"] = hook.max_connections
    if hook.last_error_at is not None:
        shape["last_error_date"] = unix(hook.last_error_at)
        shape["last_error_message"] = hook.last_error
    if queue.allowed is not None:
        shape["allowed_updates"] = sorted(queue.allowed)
    return shape
