"""What of a photo or file goes on to the services: Telegram's reference, its name and its size."""

from typing import Any

import pytest

from bot.services import incoming
from tests.handlers.conftest import Chat, message

SMALL = {"file_id": "small", "file_unique_id": "a", "width": 90, "height": 60, "file_size": 900}
LARGE = {"file_id": "large", "file_unique_id": "b", "width": 900, "height": 600, "file_size": 9000}
FILE = {"file_id": "doc", "file_unique_id": "c", "file_name": "cv.pdf", "file_size": 70}
VOICE = {"file_id": "v", "file_unique_id": "d", "duration": 3}
NAMELESS = {"file_id": "doc", "file_unique_id": "c"}


@pytest.mark.parametrize(
    ("media", "kind", "file"),
    [
        pytest.param(
            {"photo": [SMALL, LARGE]}, "photo", ("large", "", 9000), id="the largest of a photo"
        ),
        pytest.param({"document": FILE}, "document", ("doc", "cv.pdf", 70), id="a file"),
        pytest.param({"document": NAMELESS}, "document", ("doc", "", 0), id="nothing known of it"),
        pytest.param({"voice": VOICE}, "voice", ("", "", 0), id="other media stay where they are"),
    ],
)
async def test_a_file_is_passed_on_by_what_telegram_knows_it_by(
    chat: Chat,
    monkeypatch: pytest.MonkeyPatch,
    media: dict[str, Any],
    kind: str,
    file: tuple[str, str, int],
) -> None:
    passed: list[Any] = []

    def received(_: object, __: object, kind: str, caption: str, **given: Any) -> None:
        passed.append((kind, caption, given["file_id"], given["file_name"], given["size"]))

    monkeypatch.setattr(incoming, "media_received", received)

    await chat.deliver(message=message(caption="Her", **media))

    assert passed == [(kind, "Her", *file)]


@pytest.mark.parametrize(("given", "album"), [({"media_group_id": "13501"}, "13501"), ({}, "")])
async def test_what_was_sent_together_is_passed_on_as_one_album(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], album: str
) -> None:
    passed: list[str] = []
    monkeypatch.setattr(incoming, "media_received", lambda *_, **more: passed.append(more["album"]))

    await chat.deliver(message=message(photo=[SMALL], **given))

    assert passed == [album]
