"""A console on a real database, and browsers of the people who use it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.domain.people import Staff
from bot.web.console import console_routes
from tests.web.console_world import ConsoleWorld, open_world

FORM_TOKEN = 'name="form_token" value="'


class Browser:
    """Signed in, it sends the token of its login's forms along."""

    def __init__(self, app: Starlette) -> None:
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://console.test"
        )
        self.form_token = ""

    async def sign_in(self, token: str) -> httpx.Response:
        response = await self.client.post(f"/login/{token}", data={})
        start = await self.client.get("/participants")
        _, found, rest = start.text.partition(FORM_TOKEN)
        self.form_token = rest.partition('"')[0] if found else ""
        return response

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def post(self, path: str, **fields: object) -> httpx.Response:
        data = {name: str(value) for name, value in fields.items()}
        return await self.client.post(path, data={"form_token": self.form_token, **data})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ConsoleWorld]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def app(world: ConsoleWorld) -> Starlette:
    return Starlette(routes=console_routes(world.office.storage, secure_cookies=False))


@pytest.fixture
async def stranger(app: Starlette) -> AsyncIterator[Browser]:
    browser = Browser(app)
    yield browser
    await browser.client.aclose()


@pytest.fixture
async def carol(app: Starlette, world: ConsoleWorld) -> AsyncIterator[Browser]:
    async for browser in _signed_in(app, world, world.carol):
        yield browser


@pytest.fixture
async def dana(app: Starlette, world: ConsoleWorld) -> AsyncIterator[Browser]:
    async for browser in _signed_in(app, world, world.dana):
        yield browser


@pytest.fixture
async def omar(app: Starlette, world: ConsoleWorld) -> AsyncIterator[Browser]:
    async for browser in _signed_in(app, world, world.omar):
        yield browser


async def _signed_in(app: Starlette, world: ConsoleWorld, staff: Staff) -> AsyncIterator[Browser]:
    browser = Browser(app)
    await browser.sign_in(world.link_token(staff))
    yield browser
    await browser.client.aclose()
