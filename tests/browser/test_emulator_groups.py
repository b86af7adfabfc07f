"""Groups on the rehearsal's page: what is said in them, writing as a member, and the upgrade."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_emulator_page import TOKEN, amina, browser_page, emulator, page
from tests.emulator_process import EmulatorControl

__all__ = ["amina", "browser_page", "emulator", "page"]
WIDTHS = [pytest.param(1280, id="desk"), pytest.param(390, id="hand")]


@pytest.fixture
def group(emulator: EmulatorControl, amina: int) -> int:
    carol = emulator.add_phone("Carol")
    return emulator.add_group("Veilederne", [carol, amina], bots=[TOKEN])


@pytest.mark.parametrize("width", WIDTHS)
def test_a_group_is_drawn_with_its_title_and_who_says_what(
    emulator: EmulatorControl, page: Page, group: int, amina: int, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    emulator.group_text(group, amina, "Hei alle")
    emulator.call(TOKEN, "sendMessage", chat_id=group, text="1 sak venter")

    page.get_by_role("button", name="Veilederne", exact=True).click()
    chat = page.get_by_role("log", name="The group Veilederne")

    expect(chat.get_by_text("Hei alle")).to_be_visible()
    expect(chat.locator(".speaker")).to_have_text(["Amina"])
    expect(chat.get_by_text("1 sak venter")).to_be_visible()
    expect(page.locator(".group .bot-state")).to_have_text("2 people and the bot")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_member_writes_on_the_page(emulator: EmulatorControl, page: Page, group: int) -> None:
    page.get_by_role("button", name="Veilederne", exact=True).click()

    page.get_by_label("Who writes").select_option("Amina")
    page.get_by_label("Message in Veilederne").fill("/link ABC")
    page.get_by_label("Message in Veilederne").press("Enter")

    chat = page.get_by_role("log", name="The group Veilederne")
    expect(chat.get_by_text("/link")).to_be_visible()
    expect(chat.locator(".speaker")).to_have_text(["Amina"])
    told = emulator.call(TOKEN, "getUpdates")["result"][-1]["message"]
    assert (told["text"], told["chat"]["id"]) == ("/link ABC", group)


def test_an_upgraded_group_goes_on_as_one_chat(
    emulator: EmulatorControl, page: Page, group: int
) -> None:
    emulator.call(TOKEN, "sendMessage", chat_id=group, text="før")
    page.get_by_role("button", name="Veilederne", exact=True).click()

    page.get_by_label("More on the group Veilederne").click()
    page.get_by_role("menuitem", name="Upgrade to a supergroup").click()
    chat = page.get_by_role("log", name="The group Veilederne")
    expect(chat.get_by_text("Became a supergroup")).to_be_visible()
    upgraded = emulator.get("groups")[-1]["id"]
    emulator.call(TOKEN, "sendMessage", chat_id=upgraded, text="etter")

    expect(chat.get_by_text("etter")).to_be_visible()
    expect(chat.get_by_text("før")).to_be_visible()
    expect(page.locator(".phone.group")).to_have_count(1)
    expect(chat.get_by_text("Became a supergroup")).to_have_text(
        f"Became a supergroup, with the new id {upgraded}"
    )


def test_the_bot_is_thrown_out_and_let_in_again(
    emulator: EmulatorControl, page: Page, group: int
) -> None:
    state = page.locator(".group .bot-state")

    page.get_by_label("More on the group Veilederne").click()
    page.get_by_role("menuitem", name="Throw the bot out").click()
    expect(state).to_have_text("2 people, no bot")
    page.get_by_label("More on the group Veilederne").click()
    page.get_by_role("menuitem", name="Let the bot in").click()

    expect(state).to_have_text("2 people and the bot")
