"""The rehearsal's page in a real browser: phones, clock and mailbox as a newcomer uses them."""

import shutil
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

import bot.emulator
from tests.emulator_process import EmulatorControl, start_emulator
from tests.media_samples import PDF, picture, recording

TOKEN = "100200300:sample-token-of-the-rehearsal-bot-0"
START = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BUTTONS = {
    "inline_keyboard": [
        [{"text": "Kommer", "callback_data": "v1:1:y"}, {"text": "Sen", "callback_data": "v1:1:l"}]
    ]
}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorControl]:
    folder = tmp_path_factory.mktemp("page")
    guide = folder / "guide.html"
    guide.write_text("<p>Tap <b>Kommer</b>.</p><script>document.title='broken'</script>", "utf-8")
    with start_emulator(folder, now=START, speed=0, guide=guide) as control:
        yield control


@pytest.fixture
def amina(emulator: EmulatorControl) -> int:
    emulator.reset(now=START)
    emulator.add_bot(TOKEN, username="sample_bot", name="Tett på")
    phone = emulator.add_phone("Amina")
    emulator.start(phone)
    return phone


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        yield page
        browser.close()


@pytest.fixture
def page(browser_page: Page, emulator: EmulatorControl, amina: int) -> Iterator[Page]:
    troubles: list[str] = []

    def note(error: object) -> None:
        troubles.append(str(error))

    browser_page.on("pageerror", note)
    browser_page.set_viewport_size({"width": 1280, "height": 800})
    browser_page.goto(emulator.url)
    yield browser_page
    browser_page.remove_listener("pageerror", note)
    assert troubles == []


def test_a_tap_on_the_page_reaches_the_bot_and_its_answer_is_shown(
    emulator: EmulatorControl, page: Page, amina: int
) -> None:
    emulator.call(
        TOKEN,
        "sendMessage",
        chat_id=amina,
        text="<b>Kommer</b> du?",
        parse_mode="HTML",
        reply_markup=BUTTONS,
    )

    page.get_by_role("button", name="Kommer", exact=True).click()

    expect(page.locator(".key.waiting")).to_have_count(1)
    query = emulator.call(TOKEN, "getUpdates", timeout=10)["result"][-1]["callback_query"]
    assert query["data"] == "v1:1:y"
    emulator.call(TOKEN, "answerCallbackQuery", callback_query_id=query["id"], text="Notert")
    emulator.call(
        TOKEN,
        "editMessageText",
        chat_id=amina,
        message_id=query["message"]["message_id"],
        text="Takk",
    )
    expect(page.locator(".toast")).to_have_text("Notert")
    expect(page.locator(".from-bot .text")).to_have_text("Takk")
    expect(page.locator(".key")).to_have_count(0)


def test_what_people_write_is_shown_as_text_and_never_as_html(
    emulator: EmulatorControl, page: Page, amina: int
) -> None:
    hostile = "<img src=x onerror=\"document.title='broken'\"><b>fet</b>"
    page.get_by_label("Message from Amina").fill(hostile)
    page.keyboard.press("Enter")

    shown = page.locator(".from-person.last .text")
    expect(shown).to_have_text(hostile)
    expect(shown.locator("b, strong, img")).to_have_count(0)
    expect(page).to_have_title("Tett på: rehearsal")
    expect(page.locator("#guide-body")).to_have_text("Tap Kommer.")
    assert emulator.phone(amina)["messages"][-1]["text"] == hostile


def test_the_clock_is_wound_and_the_mailbox_shows_notices(
    emulator: EmulatorControl, page: Page
) -> None:
    expect(page.locator("#clock-day")).to_have_text("Tuesday, 3 March 2026")
    expect(page.locator("#clock-hour")).to_have_text("10:00")
    page.get_by_role("button", name="Tomorrow 08:00").click()

    expect(page.locator("#clock-day")).to_have_text("Wednesday, 4 March 2026")
    expect(page.locator("#clock-hour")).to_have_text("08:00")
    letter = EmailMessage()
    letter["From"], letter["To"] = "bot@example.org", "carol@example.org"
    letter["Subject"] = "Amina asks for help"
    letter.set_content("Take the case: http://127.0.0.1:1/cases/1")
    with smtplib.SMTP("127.0.0.1", emulator.smtp_port, timeout=10) as smtp:
        smtp.send_message(letter)
    page.get_by_text("Amina asks for help").click()
    link = page.get_by_role("link", name="http://127.0.0.1:1/cases/1")
    expect(link).to_have_attribute("target", "_blank")
    page.get_by_role("button", name="Next thing due").click()
    expect(page.get_by_role("status").filter(has_text="Nothing is due.")).to_be_visible()


def test_in_the_hand_one_phone_is_shown_and_another_is_marked(
    emulator: EmulatorControl, page: Page, amina: int
) -> None:
    ben = emulator.add_phone("Ben", language_code="en")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(f"#phone-{amina}")).to_be_visible()
    expect(page.locator(f"#phone-{ben}")).to_be_hidden()

    emulator.start(ben)
    emulator.call(TOKEN, "sendMessage", chat_id=ben, text="Hi Ben")

    chip = page.get_by_role("button", name="Ben 1 unread")
    expect(chip).to_be_visible()
    chip.click()
    expect(page.locator(f"#phone-{ben}")).to_be_visible()
    expect(page.get_by_role("button", name="Ben", exact=True)).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390


def test_the_menu_works_from_the_keyboard(
    emulator: EmulatorControl, page: Page, amina: int
) -> None:
    page.get_by_role("button", name="More on Amina's phone").press("Enter")
    expect(page.get_by_role("menuitem", name="Send a photo")).to_be_focused()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator(".sticker")).to_have_count(1)
    page.get_by_role("button", name="More on Amina's phone").press("Enter")
    page.get_by_role("menuitem", name="Block the bot").click()
    expect(page.get_by_role("button", name="Unblock")).to_be_visible()
    assert emulator.phone(amina)["blocked"] is True


def test_the_page_loads_nothing_from_elsewhere() -> None:
    folder = Path(bot.emulator.__file__).parent / "page"
    for file in folder.iterdir():
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        addresses = [
            word for word in ('src="http', 'href="http', "url(http", "@import") if word in text
        ]
        assert addresses == [], file.name


def test_an_invitation_link_is_opened_on_the_phone(
    emulator: EmulatorControl, page: Page, amina: int
) -> None:
    page.get_by_role("button", name="More on Amina's phone").click()
    page.get_by_role("menuitem", name="Open an invitation link").click()

    page.get_by_label("Paste the link or its code").fill("https://t.me/sample_bot?start=vaar-26")
    page.keyboard.press("Enter")

    expect(page.locator(".from-person.last .text")).to_have_text("/start vaar-26")
    assert emulator.phone(amina)["messages"][-1]["text"] == "/start vaar-26"


@pytest.mark.parametrize("width", [390, 1280])
def test_pictures_recordings_files_and_places_are_shown(
    emulator: EmulatorControl, page: Page, amina: int, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for kind, name, content in (
        ("photo", "way.png", picture(640, 400)),
        ("voice", "hello.ogg", recording(seconds=3)),
        ("document", "plan.pdf", PDF),
    ):
        sent = emulator.http.post(
            f"/bot{TOKEN}/send{kind.title()}",
            data={"chat_id": str(amina), "caption": kind},
            files={kind: (name, content)},
        )
        assert sent.status_code == 200
    where = {"latitude": 59.9, "longitude": 10.7}
    emulator.call(TOKEN, "sendVenue", chat_id=amina, title="Kaia", address="Gata 1", **where)

    expect(page.locator(".place")).to_contain_text("Kaia")
    expect(page.get_by_role("img", name="Map with a pin")).to_be_visible()
    expect(page.get_by_role("link", name="plan.pdf")).to_have_attribute("download", "plan.pdf")
    assert (
        page.locator("img.photo").evaluate("img => img.decode().then(() => img.naturalWidth)")
        == 640
    )
    heard = page.locator("audio").evaluate(
        """audio => new Promise((done) => {
            audio.oncanplay = () => done("can be played");
            audio.onerror = () => done(audio.error.message);
            audio.preload = "auto";
            audio.load();
        })"""
    )
    assert heard == "can be played"
    assert page.evaluate("document.documentElement.scrollWidth") == width
