"""The folder `media/` of a pack: reading it, and judging what lies there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from bot.content.assembling import FlowParts, Parts
from bot.content.findings import Finding, Severity, did_you_mean
from bot.content.flow_building import BuiltFlow, PlacedStep
from bot.content.models import CheckInTexts, StepTexts
from bot.content.texts_present import missing
from bot.domain.media import (
    FOLDER,
    MAX_BYTES,
    MIME_TYPES,
    PICTURES,
    RECORDINGS,
    as_bytes,
    as_text,
    is_media,
    type_of,
)

MAX_TOGETHER_BYTES = 10_000_000  # every published version keeps its own
_TYPES = ", ".join(MIME_TYPES)
# Which fields of a step name a file, and of which types.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "image": PICTURES,
    "file": ("pdf", *PICTURES),
    "voice": RECORDINGS,
}
# How files begin, whatever their names say. What we do not take is known by name too, so that the
# finding can say what to do.
_BEGINNINGS = (
    (0, b"\x89PNG\r\n\x1a\n", "png", "a PNG picture"),
    (0, b"\xff\xd8\xff", "jpg", "a JPEG picture"),
    (0, b"%PDF-", "pdf", "a PDF"),
    (28, b"OpusHead", "ogg", "a recording in OGG with Opus"),
    (0, b"OggS", "", "a recording in OGG without Opus; save it with Opus"),
    (0, b"ID3", "", "a recording in MP3; save it as OGG with Opus"),
    (0, b"GIF8", "", "a GIF; save it as PNG"),
    (8, b"WEBP", "", "a WebP picture; save it as PNG or JPEG"),
    (4, b"ftyp", "", "a picture or recording of a phone (HEIC, MP4); save it as JPEG or OGG"),
    (0, b"PK\x03\x04", "", "an office document or archive; save it as PDF"),
    (0, b"<", "", "a web page or SVG; save it as PNG or PDF"),
)


def read_media_file(path: Path, name: str) -> str | Finding | None:
    """Return a file of `media/` as a pack keeps it, why it cannot be kept, or None for hidden ones.

    Args:
        name: Its path inside the pack.
    """
    if path.name.startswith("."):
        return None
    try:
        # Measured first: a file of gigabytes must not fill the memory.
        size = path.stat().st_size
        return _too_large(name, size) if size > MAX_BYTES else as_text(path.read_bytes())
    except OSError as error:
        return Finding(name, 0, f"the file cannot be read: {error.strerror}")


def media_problems(
    parts: Parts, built: Mapping[str, BuiltFlow], broken: Collection[str]
) -> Iterator[Finding]:
    """What is wrong with media files, with steps that name one, and with those that name a place.

    Args:
        broken: Files that were not read at all; they are there, and their own problem.
    """
    yield from _files_problems(parts.media)
    known = {*parts.media, *(path for path in broken if is_media(path))}
    used: set[str] = set()
    for key, flow in built.items():
        for placed in flow.steps:
            used |= {path for field in _FIELDS if (path := getattr(placed.step, field))}
            yield from _step_problems(flow, placed, parts, known)
            yield from _alt_problems(parts.flows[key], placed)
    for path in sorted(set(parts.media) - used):
        yield Finding(path, 0, "no step shows this file; remove it", Severity.WARNING)


def _files_problems(media: Mapping[str, str]) -> Iterator[Finding]:
    together = 0
    for path, text in media.items():
        if path.count("/") > 1:
            yield Finding(path, 0, f"files lie directly in {FOLDER}/; move it there")
        try:
            content = as_bytes(text)
        except ValueError as error:
            yield Finding(path, 0, f"the file is broken: {error}")
            continue
        together += len(content)
        if len(content) > MAX_BYTES:
            yield _too_large(path, len(content))
        else:
            yield from _name_problems(path, content)
    if together > MAX_TOGETHER_BYTES:
        message = (
            f"the files are {together // 1000} kB together; at most {MAX_TOGETHER_BYTES // 1000}"
        )
        yield Finding(FOLDER, 0, message)


def _too_large(path: str, size: int) -> Finding:
    message = f"the file has {size // 1000 + 1} kB; at most {MAX_BYTES // 1000}, so make it smaller"
    return Finding(path, 0, message)


def _name_problems(path: str, content: bytes) -> Iterator[Finding]:
    named = type_of(path)
    if named not in MIME_TYPES:
        other = {"jpeg": "jpg"}.get(named.lower(), named.lower())
        remedy = f"name it .{other}" if other in MIME_TYPES else f"there are {_TYPES}"
        yield Finding(path, 0, f"no such type of file: `.{named}`; {remedy}")
        return
    if not content:
        yield Finding(path, 0, "the file is empty")
        return
    for offset, beginning, found, words in _BEGINNINGS:
        if content.startswith(beginning, offset):
            if found == named:
                return
            remedy = f"; name it .{found}" if found else ""
            yield Finding(path, 0, f"not what its name says: it holds {words}{remedy}")
            return
    yield Finding(path, 0, f"not what its name says: this is no {named} file; save it anew")


def _step_problems(
    flow: BuiltFlow, placed: PlacedStep, parts: Parts, known: Collection[str]
) -> Iterator[Finding]:
    for field, types in _FIELDS.items():
        path = getattr(placed.step, field)
        if path is None:
            continue
        if path not in known:
            inside = f"{FOLDER}/{path}"
            hint = f"; write `{inside}`" if inside in known else did_you_mean(path, known)
            hint = hint or f"; put it into the folder {FOLDER}"
            yield flow.document.problem(f"there is no file `{path}`{hint}", *placed.place, field)
        elif type_of(path) not in types:
            message = f"`{field}` takes {' or '.join(types)}, not `{path}`"
            yield flow.document.problem(message, *placed.place, field)
    place = placed.step.place
    if place is not None and parts.programme is not None:
        places = parts.programme[1].places
        if place not in places:
            hint = did_you_mean(place, places) or "; add it under `places` of programme.yaml"
            yield flow.document.problem(f"unknown place `{place}`{hint}", *placed.place, "place")
        elif places[place].map is None:
            message = f"place `{place}` is not on the map; give it a `map` in programme.yaml"
            yield flow.document.problem(message, *placed.place, "place")


def _alt_problems(parts: FlowParts, placed: PlacedStep) -> Iterator[Finding]:
    """Whoever cannot see a picture is told what it shows."""
    for language, (document, texts) in parts.texts.items():
        entries: Mapping[str, StepTexts]
        if isinstance(texts, CheckInTexts):
            entries, above = texts.steps, ("steps", placed.name)
        else:
            lesson = texts.lessons.get(placed.lesson)
            entries = lesson.steps if lesson else {}
            above = ("lessons", placed.lesson, placed.name)  # type: ignore[assignment]
        entry = entries.get(placed.name)
        alt = None if entry is None else entry.alt
        if placed.step.image is not None and not (alt or "").strip():
            what = f"`alt` of step `{placed.name}`, which says what the picture shows,"
            yield missing(document, language, what, *above, "alt")
        elif placed.step.image is None and alt is not None:
            message = f"step `{placed.name}` shows no picture; remove `alt`"
            yield document.problem(message, *above, "alt")
