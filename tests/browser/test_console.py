"""The console in a real browser: a caseworker's whole path, and pages that fit a phone."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright, expect
from starlette.applications import Starlette

from bot.domain.case_codes import CaseState
from bot.domain.people import Staff
from bot.services.speaking import Sending, say_text
from bot.services.staff_groups import allow_group
from bot.web.console import console_routes
from tests.real_office import OFFICE
from tests.waiting import until
from tests.web.console_world import ConsoleWorld, open_world

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Fields and buttons that a screen reader could not name.
NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')]
  .filter(e => !(e.labels && e.labels.length) && !e.innerText.trim() && !e.textContent.trim()
               && !e.getAttribute('aria-label'))
  .map(e => e.outerHTML)"""
IS_TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
# WCAG 2.1, 1.4.3: contrast of every text with the nearest solid ground below it.
FAINT = """() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return [m[0], m[1], m[2], m[3] ?? 1]; };
  const lum = ([r, g, b]) => [r, g, b].map(v => { v /= 255;
    return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; })
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > .99) return c; }
    return [255, 255, 255]; };
  const found = [];
  for (const e of document.querySelectorAll('main *, header *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    if (!e.getClientRects().length || e.closest('.sr, .skip, svg, option')) continue;
    const a = lum(parse(getComputedStyle(e).color)), b = lum(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${e.className} ${e.textContent.trim().slice(0, 40)}`);
  }
  return found; }"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ConsoleWorld]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
async def address(world: ConsoleWorld) -> AsyncIterator[str]:
    app = Starlette(routes=console_routes(world.office.storage, secure_cookies=False))
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, ws="none", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=QUIET)
        page = await browser.new_page(viewport={"width": 1280, "height": 860}, locale="nb-NO")
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        yield page
        await browser.close()
        assert troubles == []


async def sign_in(
    page: Page, address: str, world: ConsoleWorld, staff: Staff | None = None
) -> None:
    await page.goto(f"{address}/login/{world.link_token(staff or world.carol)}")
    await page.get_by_role("button", name="Gå inn").click()


async def test_a_caseworker_signs_in_takes_a_case_notes_a_try_and_closes_it(
    world: ConsoleWorld, address: str, page: Page
) -> None:
    await sign_in(page, address, world)
    await page.get_by_role("link", name="Amina").first.click()
    await page.get_by_role("button", name="Jeg tar den").click()
    await expect(page.get_by_role("status")).to_contain_text("Saken er din")

    await page.get_by_text("Jeg har forsøkt").click()
    await page.get_by_label("Hvordan forsøkte du?").select_option("Telefon")
    await page.get_by_label("Hva skjedde?").select_option("Ikke noe svar")
    await page.locator("#tried-note").fill("Ringte etter lunsj.")
    await page.get_by_role("button", name="Lagre forsøket").click()
    await expect(page.get_by_text("Ringte etter lunsj.")).to_be_visible()

    await page.locator("summary", has_text="Lukk saken").click()
    await page.get_by_label("Hvordan hadde dere kontakt?").select_option("Ansikt til ansikt")
    await page.get_by_label("Fikk kontakt, alt er greit").check()
    await page.locator("#close-note").fill("Vi tok en kaffe.")
    await page.get_by_role("button", name="Lukk saken").click()

    await expect(page.get_by_role("status")).to_contain_text("Saken er lukket")
    await expect(page.get_by_role("link", name="Ben")).to_be_visible()
    assert world.case(world.help_case.id).state is CaseState.CLOSED
    notes = world.office.do(lambda uow: uow.case_notes.of_case(world.help_case.id))
    assert [note.text for note in notes] == ["Ringte etter lunsj.", "Vi tok en kaffe."]


async def test_the_whole_path_goes_by_keyboard(
    world: ConsoleWorld, address: str, page: Page
) -> None:
    await sign_in(page, address, world)
    await page.goto(f"{address}/cases/{world.help_case.id}")

    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Hopp til innholdet")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Jeg tar den").focus()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("status")).to_contain_text("Saken er din")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_every_page_fits_names_its_fields_and_can_be_read(
    world: ConsoleWorld, address: str, page: Page, width: int, scheme: str
) -> None:
    await page.set_viewport_size({"width": width, "height": 860})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    office = world.office
    office.do(lambda uow: allow_group(uow, uow.offices.get(OFFICE)))
    office.do(say_text, office.amina, "12 400 kr", how=Sending(rule="sample"), own_from=0)
    await sign_in(page, address, world, world.dana)

    for path in (
        "/cases",
        "/cases?whose=queue",
        f"/cases/{world.help_case.id}",
        f"/cases/{world.quiet_case.id}",
        "/participants",
        f"/participants/{world.office.amina.id}",
        f"/participants/{world.emma.id}",
        "/cohorts",
        f"/cohorts/{world.cohort.id}",
        f"/sessions/{world.over.id}",
        f"/sessions/{world.coming.id}",
    ):
        await page.goto(f"{address}{path}")
        for summary in await page.locator("summary").all():
            await summary.click()

        assert not await page.evaluate(IS_TOO_WIDE), path
        assert await page.evaluate(NAMELESS) == [], path
        assert await page.evaluate(FAINT) == [], path
        assert await page.locator("h1").count() == 1, path
