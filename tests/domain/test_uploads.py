"""Files participants send: their names and the reference that is kept."""

import pytest

from bot.domain.run_events import OtherMedia
from bot.domain.steps.upload import upload_value
from bot.domain.uploads import Upload, clean_name, read_upload


@pytest.mark.parametrize(
    ("media", "upload"),
    [
        (OtherMedia("photo", "AgAC-x_1"), Upload("photo", "AgAC-x_1")),
        (OtherMedia("document", "BQ1", "min: cv.pdf"), Upload("file", "BQ1", "min: cv.pdf")),
    ],
)
def test_what_a_step_keeps_is_read_again(media: OtherMedia, upload: Upload) -> None:
    assert read_upload(upload_value(media)) == upload


@pytest.mark.parametrize("words", ["", "Hei", "photo", "photo:", "video:abc:", "file::cv.pdf"])
def test_other_answers_are_no_files(words: str) -> None:
    assert read_upload(words) is None


def test_a_file_without_a_name_gets_one() -> None:
    assert Upload("photo", "x").filename == "photo.jpg"
    assert Upload("file", "x").filename == "file"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("CV æøå.pdf", "CV æøå.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\cv.docx", "cv.docx"),
        ('a\r\nSet-Cookie: x".pdf', 'a Set-Cookie: x".pdf'),
        ("a\u202efdp.exe", "afdp.exe"),
        ("x" * 300 + ".pdf", "x" * 76 + ".pdf"),
        ("x" * 300, "x" * 80),
        ("", ""),
        ("/", ""),
    ],
)
def test_a_name_from_a_phone_is_one_short_line_without_folders(name: str, clean: str) -> None:
    assert clean_name(name) == clean
