"""python-telegram-bot as a client: what a real library sends and expects."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.error import BadRequest, Forbidden, RetryAfter

from tests.emulator.conftest import START, TOKEN
from tests.emulator_process import EmulatorControl


def client(emulator: EmulatorControl) -> Bot:
    return Bot(TOKEN, base_url=f"{emulator.url}/bot", base_file_url=f"{emulator.url}/file/bot")


async def test_a_conversation(emulator: EmulatorControl, amina: int) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Kommer", callback_data="v1:1:y")]])
    async with client(emulator) as telegram_bot:
        sent = await telegram_bot.send_message(
            amina, "<b>Kommer</b> du?", parse_mode="HTML", reply_markup=markup
        )
        emulator.tap(amina, "Kommer")
        updates = await telegram_bot.get_updates(timeout=1)
        query = updates[0].callback_query

        assert telegram_bot.username == "sample_bot"
        assert sent.date == START
        assert query is not None
        assert query.data == "v1:1:y"
        assert await query.answer("Notert") is True
        await query.edit_message_text("Notert")
        assert emulator.texts(amina) == ["Notert"]
        with pytest.raises(BadRequest, match="not modified"):
            await query.edit_message_text("Notert")


async def test_files_both_ways(emulator: EmulatorControl, amina: int) -> None:
    async with client(emulator) as telegram_bot:
        sent = await telegram_bot.send_document(amina, b"a sample", filename="cv.pdf", caption="CV")
        emulator.send_file(amina, "photo")
        updates = await telegram_bot.get_updates()
        message = updates[0].message
        assert message is not None
        found = await message.photo[-1].get_file()

        assert sent.document is not None
        assert sent.document.mime_type == "application/pdf"
        assert len(await found.download_as_bytearray()) == message.photo[-1].file_size


async def test_errors_become_the_librarys_own(
    emulator: EmulatorControl, amina: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without it the library warns of a coming change of `retry_after`, and warnings are errors.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with client(emulator) as telegram_bot:
        emulator.fault("sendMessage", "429", retry_after=3)
        with pytest.raises(RetryAfter):
            await telegram_bot.send_message(amina, "Hei")
        emulator.block(amina)
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await telegram_bot.send_message(amina, "Hei")
        with pytest.raises(BadRequest, match="Chat not found"):
            await telegram_bot.send_message(42, "Hei")


async def test_profile_and_keyboards(emulator: EmulatorControl, amina: int) -> None:
    async with client(emulator) as telegram_bot:
        await telegram_bot.set_my_commands([("hjelp", "Få hjelp")])
        commands = await telegram_bot.get_my_commands()
        chat = await telegram_bot.get_chat(amina)
        await telegram_bot.send_chat_action(amina, "typing")
        typing = emulator.phone(amina)["typing"]
        keyboard = ReplyKeyboardMarkup([["Hjelp"]], resize_keyboard=True, is_persistent=True)
        await telegram_bot.send_message(amina, "Meny", reply_markup=keyboard)
        info = await telegram_bot.get_webhook_info()

    assert commands[0].command == "hjelp"
    assert chat.first_name == "Amina"
    assert typing is True
    assert emulator.phone(amina)["reply_keyboard"]["is_persistent"] is True
    assert info.url == ""
