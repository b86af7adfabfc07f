"""The webhook: 200 only after the update is on disk, the secret compared in constant time."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.domain.errors import StorageUnavailable

log = structlog.get_logger(__name__)

MAX_BYTES = 1_000_000
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

StoreFor = Callable[[int, list[dict[str, Any]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WebhookDoor:
    """One office's way in: the secret header, or the secret end of the address where that is enough.

    Telegram sends the header always. Other servers may know no header; for them the address itself
    is the secret, and only then does it open.
    """

    header: str
    address: str
    address_is_enough: bool

    def opens_for(self, *, header: str, address: str) -> bool:
        """Whether who calls knows the secret; compared in constant time."""
        by_header = hmac.compare_digest(header.encode(), self.header.encode())
        by_address = hmac.compare_digest(address.encode(), self.address.encode())
        return by_header or (self.address_is_enough and by_address)


def webhook_doors(
    offices: Iterable[int], *, base: str, address_is_enough: bool
) -> dict[int, WebhookDoor]:
    """Secrets of their own for every office, from one; Telegram allows A-Z a-z 0-9 _ -."""
    return {
        office_id: WebhookDoor(
            header=_derived(base, f"office {office_id}"),
            address=_derived(base, f"address of office {office_id}"),
            address_is_enough=address_is_enough,
        )
        for office_id in offices
    }


def webhook_address(webhook_url: str, office_id: int, door: WebhookDoor) -> str:
    """What Telegram is told to call."""
    end = f"/{door.address}" if door.address_is_enough else ""
    return f"{webhook_url}/telegram/{office_id}{end}"


def webhook_routes(
    store: StoreFor, *, doors: Mapping[int, WebhookDoor], webhook_url: str
) -> list[Route]:
    """`POST /telegram/{office_id}[/{secret}]`, also below the path of `webhook_url`.

    A proxy may take the path away before the program sees it, or leave it. A wrong secret learns
    nothing.
    """

    async def receive(request: Request) -> Response:
        office_id = int(request.path_params["office_id"])
        door = doors.get(office_id)
        header = request.headers.get(SECRET_HEADER, "")
        address = str(request.path_params.get("secret", ""))
        if door is None or not door.opens_for(header=header, address=address):
            return PlainTextResponse("", status_code=403)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return PlainTextResponse("", status_code=413)
        try:
            update = orjson.loads(bytes(body))
        except orjson.JSONDecodeError:
            update = None
        if not isinstance(update, dict):
            # Telegram never sends this; a 4xx would make it come again for ever.
            log.warning("webhook_not_an_update")
            return PlainTextResponse("")
        try:
            await store(office_id, [update])
        except StorageUnavailable:
            return PlainTextResponse("", status_code=503)  # Telegram delivers it again
        return PlainTextResponse("")

    ends = ("/telegram/{office_id:int}", "/telegram/{office_id:int}/{secret}")
    beginnings = dict.fromkeys(("", urlsplit(webhook_url).path.rstrip("/")))
    return [Route(b + end, receive, methods=["POST"]) for b in beginnings for end in ends]


def _derived(base: str, what: str) -> str:
    return hmac.new(base.encode(), what.encode(), "sha256").hexdigest()
