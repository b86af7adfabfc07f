"""The webhook: 200 only after the update is on disk; a wrong secret learns nothing."""

import json
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.delivery.webhook import (
    MAX_BYTES,
    SECRET_HEADER,
    WebhookDoor,
    webhook_address,
    webhook_doors,
    webhook_routes,
)
from bot.domain.errors import StorageUnavailable

BASE = "a base that only the operator knows"
STRICT = webhook_doors([1], base=BASE, address_is_enough=False)
SECRET = STRICT[1].header


class Desk:
    """What the webhook stores into."""

    def __init__(self) -> None:
        self.stored: list[tuple[int, dict[str, Any]]] = []
        self.fails_with: Exception | None = None

    async def store(self, office_id: int, updates: list[dict[str, Any]]) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.stored += [(office_id, update) for update in updates]


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def deliver(
    desk: Desk, body: Any, *, secret: str | None = SECRET, office: object = 1, method: str = "POST"
) -> httpx.Response:
    application = Starlette(
        routes=webhook_routes(desk.store, doors=STRICT, webhook_url="https://bot.example/way/in")
    )
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        return await http.request(method, f"/telegram/{office}", content=content, headers=headers)


async def test_an_update_is_stored_for_the_office_of_its_address(desk: Desk) -> None:
    answer = await deliver(desk, {"update_id": 5})

    assert answer.status_code == 200
    assert desk.stored == [(1, {"update_id": 5})]


@pytest.mark.parametrize(
    ("secret", "office"),
    [
        pytest.param("wrong", 1, id="wrong"),
        pytest.param(SECRET[:-1], 1, id="one sign short"),
        pytest.param("", 1, id="empty"),
        pytest.param(None, 1, id="missing"),
        pytest.param(SECRET, 2, id="another office"),
        pytest.param("\xe6\xf8\xe5", 1, id="beyond ASCII"),
    ],
)
async def test_a_wrong_secret_is_refused_and_nothing_is_stored(
    desk: Desk, secret: str | None, office: int
) -> None:
    answer = await deliver(
        desk, {"update_id": 5}, secret=secret if secret != "\xe6\xf8\xe5" else None, office=office
    )

    assert answer.status_code == 403
    assert answer.text == ""
    assert desk.stored == []


@pytest.mark.parametrize("office", ["x", "-1", "1/2/3"])
async def test_an_address_of_no_office_is_not_there(desk: Desk, office: str) -> None:
    answer = await deliver(desk, {"update_id": 5}, office=office)

    assert answer.status_code == 404


async def test_while_the_database_is_down_telegram_is_asked_to_come_again(desk: Desk) -> None:
    desk.fails_with = StorageUnavailable("sample")

    answer = await deliver(desk, {"update_id": 5})
    desk.fails_with = None
    again = await deliver(desk, {"update_id": 5})

    assert answer.status_code == 503
    assert again.status_code == 200
    assert len(desk.stored) == 1


async def test_an_unforeseen_failure_is_no_acknowledgement_either(desk: Desk) -> None:
    desk.fails_with = RuntimeError("sample")

    answer = await deliver(desk, {"update_id": 5})

    assert answer.status_code == 500


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"7", b'"x"', b"null", b"\xff\xfe"])
async def test_what_is_no_update_is_not_asked_for_again(desk: Desk, body: bytes) -> None:
    answer = await deliver(desk, body)

    assert answer.status_code == 200
    assert desk.stored == []


async def test_a_body_too_large_is_not_read_to_its_end(desk: Desk) -> None:
    answer = await deliver(desk, {"update_id": 5, "message": "x" * MAX_BYTES})

    assert answer.status_code == 413
    assert desk.stored == []


async def test_only_post_delivers(desk: Desk) -> None:
    answer = await deliver(desk, b"", method="GET")

    assert answer.status_code == 405


def test_every_office_has_secrets_of_its_own_that_stay_the_same() -> None:
    doors = webhook_doors([1, 2], base="base", address_is_enough=True)
    secrets = {secret for door in doors.values() for secret in (door.header, door.address)}

    assert len(secrets) == 4
    assert webhook_doors([1, 2], base="base", address_is_enough=True) == doors


@pytest.mark.parametrize("beginning", ["", "/way/in"])
async def test_a_server_without_headers_comes_in_by_an_address_nobody_can_guess(
    desk: Desk, beginning: str
) -> None:
    doors = webhook_doors([1], base=BASE, address_is_enough=True)
    told = webhook_address(f"https://bot.example{beginning}", 1, doors[1])

    assert await _by_address(desk, doors, told) == 200
    assert await _by_address(desk, doors, told[:-1]) == 403
    assert await _by_address(desk, doors, told.rpartition("/")[0]) == 403
    assert len(desk.stored) == 1


async def test_the_address_alone_opens_nothing_where_telegram_itself_calls(desk: Desk) -> None:
    guessed = f"https://bot.example/telegram/1/{STRICT[1].address}"

    assert await _by_address(desk, STRICT, guessed) == 403
    assert webhook_address("https://bot.example", 1, STRICT[1]) == "https://bot.example/telegram/1"


async def _by_address(desk: Desk, doors: dict[int, WebhookDoor], address: str) -> int:
    routes = webhook_routes(desk.store, doors=doors, webhook_url="https://bot.example/way/in")
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport) as http:
        return (await http.post(address, json={"update_id": 5})).status_code
