"""Message bodies in the outbox: every shape comes back, and those of earlier releases still load."""

import pytest

from bot.domain.message_bodies import dump_body, fits_as_caption, load_body
from bot.domain.messages import Attachment, Body, Button, Document, MapPin, Photo, Voice

FILE = ("a.bin", "text/plain", "QQ==")


@pytest.mark.parametrize(
    "attachment",
    [
        None,
        Document(*FILE),
        Photo(*FILE, alt="A door"),
        Voice(*FILE),
        MapPin(59.9, 10.7),
        MapPin(-33.5, 151.25, "Kai", "Gata 1"),
    ],
)
def test_a_body_comes_back_as_it_was(attachment: Attachment | None) -> None:
    body = Body("<b>Hei</b>", ((Button("Ja", 7, "yes"),),), (("Meny",),), attachment)

    loaded = load_body(dump_body(body))

    assert loaded == body
    assert type(loaded.attachment) is type(attachment)


def test_a_body_of_the_first_release_still_loads() -> None:
    stored = {
        "text": "Kalender",
        "document": {"filename": "k.ics", "mime_type": "text/calendar", "content_base64": "QQ=="},
    }

    assert load_body(stored) == Body(
        "Kalender", attachment=Document("k.ics", "text/calendar", "QQ==")
    )


def test_a_document_is_stored_as_programs_of_the_release_before_read_it() -> None:
    plain = dump_body(Body("Kalender", attachment=Document(*FILE)))

    assert plain["document"] == {
        "filename": "a.bin",
        "mime_type": "text/plain",
        "content_base64": "QQ==",
    }


def test_no_words_stand_below_a_place() -> None:
    assert not fits_as_caption("Her", MapPin(1.0, 2.0))
    assert fits_as_caption("", MapPin(1.0, 2.0))
