"""Steps that send a picture, a recording, a file or a place along with their words."""

import pytest

from bot.domain.media import as_text
from bot.domain.messages import Attachment, Document, MapPin, Photo, Voice
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from tests.builders import oslo
from tests.media_samples import PDF, picture, recording
from tests.phones import Phone
from tests.rehearsal import Rehearsal

ASKED = oslo("2026-11-06 12:00")  # a Friday
MEDIA = {
    "media/door.png": as_text(picture()),
    "media/hello.ogg": as_text(recording()),
    "media/plan.pdf": as_text(PDF),
}
OFFICE_PLACE = "    name: {nb: Nav-kontoret, nn: Nav-kontoret, en: The Nav office}\n"
LONG = "Ett ord til. " * 90  # more than fits below a picture


def _show(uow: UnitOfWork, field: str, words: str) -> None:
    """The check-in begins with a step that shows something."""
    files = {path: str(text) for path, text in uow.pack(1).files.items()} | MEDIA
    files["check_ins/weekly/check_in.yaml"] = (
        f"key: weekly\nsteps:\n  - {{key: shown, kind: say, {field}}}\n"
        "  - {key: words, kind: short_text}\n"
    )
    alt = ", alt: Ei grøn dør" if field.startswith("image") else ""
    for language in ("nb", "nn", "en"):
        files[f"check_ins/weekly/{language}.yaml"] = (
            f"title: Uka\nsteps:\n  shown: {{text: {words}{alt}}}\n  words: Hva ser du?\n"
        )
    place = f"{OFFICE_PLACE}    map: {{latitude: 59.9, longitude: 10.7}}\n"
    files["programme.yaml"] = files["programme.yaml"].replace(OFFICE_PLACE, place)
    files.pop("translations.yaml")
    publish_content(uow, 1, digest=f"shows {field}", files=files, by="dana")


def _asked(rehearsal: Rehearsal, field: str, words: str = "Se her.") -> Phone:
    rehearsal.run(_show, field, words)
    phone = rehearsal.amina_starts(language="Nynorsk")
    rehearsal.wind_to(ASKED)
    return phone


@pytest.mark.parametrize(
    ("field", "kind", "name"),
    [
        ("image: media/door.png", Photo, "Ei grøn dør"),
        ("voice: media/hello.ogg", Voice, "hello.ogg"),
        ("file: media/plan.pdf", Document, "plan.pdf"),
    ],
)
def test_a_step_sends_its_file_with_its_words_below(
    rehearsal: Rehearsal, field: str, kind: type[Attachment], name: str
) -> None:
    phone = _asked(rehearsal, field)

    shown, question = phone.received[-2:]
    assert (shown.text, question.text) == ("Se her.", "Hva ser du?")
    assert type(shown.body.attachment) is kind
    assert shown.body.attachment.name == name


def test_long_words_follow_their_picture_and_count_as_one_message_of_ours(
    rehearsal: Rehearsal,
) -> None:
    phone = _asked(rehearsal, "image: media/door.png", LONG)

    ahead, words, question = phone.received[-3:]
    assert (ahead.text, type(ahead.body.attachment)) == ("", Photo)
    assert (words.text, words.body.attachment) == (LONG.strip(), None)
    assert question.text == "Hva ser du?"
    amina = rehearsal.cast.amina.id
    today = rehearsal.read(
        lambda uow: uow.outbox.initiatives_since(amina, oslo("2026-11-06 00:00"))
    )
    assert today == 1


def test_a_step_shows_a_place_and_then_its_words(rehearsal: Rehearsal) -> None:
    phone = _asked(rehearsal, "place: office")

    ahead, words = phone.received[-3:-1]
    assert ahead.body.attachment == MapPin(59.9, 10.7, "Nav-kontoret")
    assert (words.text, words.body.attachment) == ("Se her.", None)
