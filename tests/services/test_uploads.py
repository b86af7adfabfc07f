"""Photos and files that a check-in asks for: taken, kept as a reference, and opened by staff."""

from collections.abc import Mapping

import pytest

from bot.domain.errors import NotFound
from bot.domain.messages import FreeText
from bot.domain.uploads import MAX_BYTES
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from bot.services.uploads import open_upload
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal

ASKED = oslo("2026-11-06 12:00")  # a Friday
STEPS = """\
key: weekly
steps:
  - {key: cv, kind: upload, takes: [photo, file], optional: true}
  - {key: end, kind: finish}
"""
TEXTS = {
    "nb": "title: Uka\nsteps: {cv: Send CV-en din., end: Det var alt.}\n",
    "nn": "title: Veka\nsteps: {cv: Send CV-en din., end: Det var alt.}\n",
    "en": "title: The week\nsteps: {cv: Send your CV., end: That was all.}\n",
}


ONE = {language: texts.partition("steps: ")[2].rstrip("}\n") for language, texts in TEXTS.items()}
TWO_FILES = {language: f"{words}, reference: Og attesten?" for language, words in ONE.items()}


def _ask_for_a_file(
    uow: UnitOfWork, steps: str = STEPS, texts_of: Mapping[str, str] = TEXTS
) -> None:
    files = {path: str(text) for path, text in uow.pack(1).files.items()}
    files["check_ins/weekly/check_in.yaml"] = steps
    for language, texts in texts_of.items():
        files[f"check_ins/weekly/{language}.yaml"] = texts
    files.pop("translations.yaml")
    publish_content(uow, 1, digest="asks for a file", files=files, by="dana")


@pytest.fixture
def asked(rehearsal: Rehearsal) -> Phone:
    """Amina's phone, on which the check-in has just asked for a file."""
    rehearsal.run(_ask_for_a_file)
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(ASKED)
    assert phone.last.text == "Send CV-en din."
    phone.forget()
    return phone


def asked_for(rehearsal: Rehearsal, step: str, words: Mapping[str, str]) -> Phone:
    """Amina's phone, asked for a file by a step of its own, and with words for two for a second."""
    more = "  - {key: reference, kind: upload, takes: [photo]}\n" if words is TWO_FILES else ""
    steps = f"key: weekly\nsteps:\n  - {step}\n{more}  - {{key: end, kind: finish}}\n"
    texts = {language: f"title: Uka\nsteps: {theirs}}}\n" for language, theirs in words.items()}
    rehearsal.run(_ask_for_a_file, steps, texts)
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(ASKED)
    return phone


def kept(rehearsal: Rehearsal) -> list[FreeText]:
    amina = rehearsal.cast.amina.id
    return rehearsal.read(lambda uow: uow.free_texts.of_participant(amina, limit=99))


@pytest.mark.parametrize(
    ("kind", "name", "reference"),
    [
        ("photo", "", "photo:ID-1:"),
        ("document", "../Amina CV.pdf", "file:ID-1:Amina CV.pdf"),
    ],
)
def test_a_file_answers_the_step_that_asks_for_it(
    rehearsal: Rehearsal, asked: Phone, kind: str, name: str, reference: str
) -> None:
    answers = asked.send(kind, file_id="ID-1", file_name=name, size=9000)

    (text,) = kept(rehearsal)
    assert answers == ["Takk! Det du sendte, er kommet fram.", "Det var alt."]
    assert (text.kind, text.text, text.seen_at) == ("upload", reference, None)
    assert rehearsal.awaited(rehearsal.cast.amina) == []


def test_words_below_a_file_are_kept_too(rehearsal: Rehearsal, asked: Phone) -> None:
    asked.send("photo", "Her er den, Carol", file_id="ID-1")

    assert sorted((t.kind, t.text) for t in kept(rehearsal)) == [
        ("photo", "Her er den, Carol"),
        ("upload", "photo:ID-1:"),
    ]
    assert len(asked.texts) == 2  # nobody says that pictures are not looked at


def test_a_file_that_telegram_would_not_hand_out_again_is_refused_kindly(
    rehearsal: Rehearsal, asked: Phone
) -> None:
    for _ in range(5):
        answers = asked.send("document", file_id="ID-1", file_name="film.mov", size=MAX_BYTES + 1)

    assert answers == ["Den filen er for stor for oss. Send en på høyst 20 MB."]
    assert not any(text.kind == "upload" for text in kept(rehearsal))
    assert asked.send("document", file_id="ID-2", size=MAX_BYTES)[-1] == "Det var alt."


def test_a_sticker_is_no_file(rehearsal: Rehearsal, asked: Phone) -> None:
    answers = asked.send("sticker")

    assert answers[0].startswith("Her venter vi på en fil.")
    assert not any(text.kind == "upload" for text in kept(rehearsal))


def test_a_photo_that_nobody_asked_for_is_met_as_before(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    answers = phone.send("photo", file_id="ID-1")

    assert answers[0].startswith("Her kan vi bare lese ord.")
    assert [(t.kind, t.text) for t in kept(rehearsal)] == [("photo", "")]


def test_a_week_later_a_photo_is_no_answer_any_more(rehearsal: Rehearsal, asked: Phone) -> None:
    rehearsal.wind_to(oslo("2026-11-13 11:59"))
    rehearsal.clock.set(oslo("2026-11-13 12:01"))

    asked.send("photo", file_id="ID-1")

    assert [t.kind for t in kept(rehearsal)] == ["photo"]


def test_staff_of_the_office_open_it_and_are_on_record_as_its_reader(
    rehearsal: Rehearsal, asked: Phone
) -> None:
    asked.send("document", file_id="ID-1", file_name="cv.pdf")
    (text,) = kept(rehearsal)
    cast = rehearsal.cast

    upload = rehearsal.run(open_upload, cast.carol, cast.amina.id, text.id)
    rehearsal.run(open_upload, cast.dana, cast.amina.id, text.id)

    assert (upload.file_id, upload.filename) == ("ID-1", "cv.pdf")
    (seen,) = kept(rehearsal)
    assert (seen.seen_by, seen.seen_at) == (cast.carol.id, rehearsal.now)


def test_nobody_opens_a_file_of_another_office_or_person_or_what_is_no_file(
    rehearsal: Rehearsal, asked: Phone
) -> None:
    asked.send("document", file_id="ID-1", file_name="cv.pdf")
    asked.write("photo:ID-9:")
    words, upload = sorted(kept(rehearsal), key=lambda text: text.kind)
    cast = rehearsal.cast

    for staff, person, text in (
        (cast.omar, cast.amina, upload),
        (cast.carol, cast.ben, upload),
        (cast.carol, cast.amina, words),
    ):
        with pytest.raises(NotFound):
            rehearsal.run(open_upload, staff, person.id, text.id)

    assert all(text.seen_by is None for text in kept(rehearsal))


def send_album(phone: Phone, *files: tuple[str, str], album: str = "13501") -> list[str]:
    """Files that were sent together, as (kind, file id); what was answered to all of them."""
    phone.forget()
    for kind, file_id in files:
        phone.send(kind, file_id=file_id, album=album)
    return phone.texts


def test_all_photos_of_an_album_are_kept_and_answered_once(
    rehearsal: Rehearsal, asked: Phone
) -> None:
    answers = send_album(asked, ("photo", "ID-1"), ("photo", "ID-2"), ("photo", "ID-3"))

    uploads = kept(rehearsal)
    assert answers == ["Takk! Det du sendte, er kommet fram.", "Det var alt."]
    assert [text.text for text in uploads] == ["photo:ID-1:", "photo:ID-2:", "photo:ID-3:"]
    assert {(text.kind, text.about, text.seen_at) for text in uploads} == {
        ("upload", "check_in:weekly:cv", None)
    }


def test_a_photo_of_an_album_does_not_answer_the_question_that_comes_next(
    rehearsal: Rehearsal,
) -> None:
    phone = asked_for(rehearsal, "{key: cv, kind: upload, takes: [photo]}", TWO_FILES)

    answers = send_album(phone, ("photo", "ID-1"), ("photo", "ID-2"))

    assert answers == ["Takk! Det du sendte, er kommet fram.", "Og attesten?"]
    assert [t.about for t in kept(rehearsal)] == ["check_in:weekly:cv"] * 2


def test_another_album_answers_the_next_question(rehearsal: Rehearsal) -> None:
    phone = asked_for(rehearsal, "{key: cv, kind: upload, takes: [photo]}", TWO_FILES)
    send_album(phone, ("photo", "ID-1"), ("photo", "ID-2"))

    answers = send_album(phone, ("photo", "ID-3"), album="13502")

    assert answers[-1] == "Det var alt."
    assert [t.about for t in kept(rehearsal)][-1] == "check_in:weekly:reference"


def test_what_of_an_album_is_too_large_is_told_once(rehearsal: Rehearsal, asked: Phone) -> None:
    asked.send("photo", file_id="ID-1", album="13501")
    asked.forget()

    for file_id in ("ID-2", "ID-3"):
        asked.send("document", file_id=file_id, size=MAX_BYTES + 1, album="13501")

    assert asked.texts == ["Den filen er for stor for oss. Send en på høyst 20 MB."]
    assert [t.text for t in kept(rehearsal) if t.kind == "upload"] == ["photo:ID-1:"]


def test_where_one_file_is_their_own_work_they_hear_once_which_was_kept(
    rehearsal: Rehearsal,
) -> None:
    phone = asked_for(rehearsal, "{key: cv, kind: upload, takes: [photo], into: portrait}", ONE)

    answers = send_album(phone, ("photo", "ID-1"), ("photo", "ID-2"), ("photo", "ID-3"))

    profile = rehearsal.read(lambda uow: uow.profiles.of(rehearsal.cast.amina.id))
    assert profile["portrait"] == "photo:ID-1:"
    assert answers == [
        "Takk! Det du sendte, er kommet fram.",
        "Det var alt.",
        "Her er det plass til én fil. Vi tok vare på den første du sendte.",
    ]
    assert not any(text.kind == "upload" for text in kept(rehearsal))
