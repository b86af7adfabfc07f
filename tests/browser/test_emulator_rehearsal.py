"""Trying something on the rehearsal's page: what, on whose phone, in which language, on which day."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_emulator_page import TOKEN, amina, browser_page, emulator, page
from tests.emulator_process import EmulatorControl

__all__ = ["amina", "browser_page", "emulator", "page"]
GROUPS = [
    {"title": "Modules", "items": [{"key": "cv", "title": "CV and application (cv)"}]},
    {"title": "Messages", "items": [{"key": "pause.over", "title": "pause.over"}]},
]


@pytest.fixture
def ben(emulator: EmulatorControl, amina: int) -> int:
    phone = emulator.add_phone("Ben")
    emulator.start(phone)
    return phone


def _newest(emulator: EmulatorControl) -> tuple[str, int]:
    told = emulator.call(TOKEN, "getUpdates", offset=-1)["result"][-1]["message"]
    return told["text"], told["chat"]["id"]


def test_nothing_is_offered_until_the_application_says_what(page: Page) -> None:
    expect(page.locator(".owner-name").first).to_have_text("Amina")

    expect(page.locator(".try:visible")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_message_is_tried_at_once_on_the_phone_whose_button_was_pressed(
    emulator: EmulatorControl, page: Page, amina: int, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    emulator.put("rehearsal", {"groups": GROUPS})

    page.get_by_role("button", name="Try something on Amina's phone").press("Enter")
    page.get_by_label("What", exact=True).select_option("pause.over")
    fits = page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="Start", exact=True).click()

    expect(page.locator(".from-person.last .text")).to_have_text("/try pause.over")
    assert fits
    assert _newest(emulator) == ("/try pause.over", amina)


def test_another_phone_language_and_day_are_chosen(
    emulator: EmulatorControl, page: Page, ben: int
) -> None:
    emulator.put("rehearsal", {"groups": GROUPS})

    page.get_by_role("button", name="Try something on Amina's phone").click()
    page.get_by_label("On whose phone").select_option("Ben")
    page.get_by_label("Language").select_option("Nynorsk")
    page.get_by_label("Day and time in Norway").fill("2026-04-07T18:30")  # after the clock change
    page.get_by_role("button", name="Start", exact=True).click()

    chat = page.get_by_role("log", name="Chat on Ben's phone")
    expect(chat.get_by_text("/try cv nn", exact=True)).to_be_visible()
    expect(page.locator("#clock-day")).to_have_text("Tuesday, 7 April 2026")
    expect(page.locator("#clock-hour")).to_have_text("18:30")
    expect(page.locator(f"#phone-{ben}")).to_have_class("phone chosen")
    assert _newest(emulator) == ("/try cv nn", ben)


def test_a_cancelled_try_sends_nothing(emulator: EmulatorControl, page: Page, amina: int) -> None:
    emulator.put("rehearsal", {"groups": GROUPS})
    before = len(emulator.phone(amina)["messages"])

    page.get_by_role("button", name="Try something on Amina's phone").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Try something on Amina's phone").click()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(emulator.phone(amina)["messages"]) == before
