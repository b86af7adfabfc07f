"""Files that participants sent: opened from their page by staff of their office, and only saved."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from bot.domain.errors import DeliveryFailed, NotFound
from bot.domain.messages import FreeText
from bot.services.ports import UnitOfWork
from bot.web.console import console_routes
from tests.real_office import OFFICE
from tests.web.conftest import Browser
from tests.web.console_world import ConsoleWorld

CONTENT = b"<script>alert(1)</script>"


class Shelf:
    """Hands out what a test puts on it."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, str]] = []
        self.trouble: Exception | None = None

    async def open(self, office_id: int, file_id: str) -> AsyncIterator[bytes]:
        self.asked.append((office_id, file_id))
        if self.trouble is not None:
            raise self.trouble
        return self._pieces()

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield CONTENT[:5]
        yield CONTENT[5:]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def app(world: ConsoleWorld, shelf: Shelf) -> Starlette:
    storage = world.office.storage
    return Starlette(routes=console_routes(storage, secure_cookies=False, uploads=shelf))


def upload(world: ConsoleWorld, reference: str = 'file:ID-1:min "cv" æ.html') -> str:
    """The address of a file from Amina."""

    def keep(uow: UnitOfWork) -> int:
        amina = world.office.amina.id
        text = FreeText(OFFICE, amina, uow.now, "upload", reference, about="check_in:weekly:cv")
        return uow.free_texts.add(text).id

    return f"/participants/{world.office.amina.id}/files/{world.office.do(keep)}"


async def test_a_file_stands_on_the_page_by_its_name_and_is_saved_as_that(
    world: ConsoleWorld, carol: Browser, shelf: Shelf
) -> None:
    address = upload(world)

    page = await carol.get(f"/participants/{world.office.amina.id}")
    answer = await carol.get(address)

    assert f'href="{address}"' in page.text
    assert "min &#34;cv&#34; æ.html" in page.text
    assert "ID-1" not in page.text
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''min%20%22cv%22%20%C3%A6.html"
    )
    assert shelf.asked == [(OFFICE, "ID-1")]


async def test_who_opened_it_first_is_told_on_the_page(world: ConsoleWorld, carol: Browser) -> None:
    await carol.get(upload(world))

    page = await carol.get(f"/participants/{world.office.amina.id}")

    assert "Lest av Carol" in page.text


async def test_omar_opens_nothing_of_another_office(
    world: ConsoleWorld, omar: Browser, shelf: Shelf
) -> None:
    answer = await omar.get(upload(world))

    assert answer.status_code == 404
    assert shelf.asked == []


async def test_a_stranger_is_asked_to_sign_in(
    world: ConsoleWorld, stranger: Browser, shelf: Shelf
) -> None:
    answer = await stranger.get(upload(world))

    assert answer.status_code == 303
    assert shelf.asked == []


@pytest.mark.parametrize(
    ("trouble", "status", "says"),
    [
        (NotFound("gone"), 404, "Be deltakeren om å sende den på nytt"),
        (DeliveryFailed("down", permanent=False), 502, "Prøv igjen om litt"),
    ],
)
async def test_what_telegram_does_not_hand_out_is_a_page_that_says_so(
    world: ConsoleWorld,
    carol: Browser,
    shelf: Shelf,
    trouble: Exception,
    status: int,
    says: str,
) -> None:
    shelf.trouble = trouble

    answer = await carol.get(upload(world))

    assert answer.status_code == status
    assert says in answer.text


async def test_words_that_look_like_a_reference_are_words(
    world: ConsoleWorld, carol: Browser, shelf: Shelf
) -> None:
    amina = world.office.amina.id

    def keep(uow: UnitOfWork) -> int:
        return uow.free_texts.add(FreeText(OFFICE, amina, uow.now, "text", "photo:ID-9:")).id

    answer = await carol.get(f"/participants/{amina}/files/{world.office.do(keep)}")

    assert answer.status_code == 404
    assert shelf.asked == []
