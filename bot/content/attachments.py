"""What a step of a flow sends along with its words: a picture, a file, a recording, a place."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.flows import Step
from bot.domain.media import MIME_TYPES, as_base64, type_of
from bot.domain.messages import Attachment, Document, Photo, Voice
from bot.domain.place_pins import pin_of
from bot.domain.programme import Place


def attachment_of(
    step: Step, *, files: Mapping[str, str], places: Mapping[str, Place], language: str, alt: str
) -> Attachment | None:
    """None for a step that sends words alone; and where the pack no longer has what it names.

    The check refuses a pack that lacks something; a text must not be lost over it all the same.

    Args:
        alt: What the picture shows, in plain words.
    """
    if step.place is not None:
        place = places.get(step.place)
        return None if place is None else pin_of(place, language)
    path = step.image or step.file or step.voice or ""
    content = files.get(path)
    if content is None:
        return None
    name, kind = path.rpartition("/")[2], type_of(path)
    given = (name, MIME_TYPES.get(kind, "application/octet-stream"), as_base64(content))
    if step.image is not None:
        return Photo(*given, alt=alt)
    return Voice(*given) if step.voice is not None else Document(*given)
