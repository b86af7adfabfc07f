"""What differs between two versions of a pack, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.content.assembling import FLOW_FOLDERS
from bot.content.languages import LANGUAGES
from bot.content.translations import FILE as TRANSLATIONS
from bot.content.yaml_source import BadYaml, Value, read_yaml
from bot.content.yaml_spots import BYTE_ORDER_MARK
from bot.domain.content_versions import ContentChange
from bot.domain.media import as_bytes, is_media

MOST_CHARS_IN_A_LINE = 300
ORDER = "order"  # stands for the order of a list whose items are the same
_LABELS = frozenset({"title", "options"})


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[ContentChange, ...]:
    """Return every text, step, option, fact and setting that was added, removed or changed.

    In the order of the files and of what stands in them. A file that says the same in another way
    (comments, quotes) is one change of the file; one that cannot be read is that too. The marks of
    `translations.yaml` are bookkeeping and left out.
    """
    found: list[ContentChange] = []
    for path in sorted({*before, *after} - {TRANSLATIONS}):
        if before.get(path) != after.get(path):
            found += _of_file(path, before.get(path), after.get(path))
    return tuple(found)


@dataclass(slots=True)
class _Fields:
    """What one file holds: words by place; and the places of items, each told in one line."""

    words: dict[tuple[str, ...], str] = field(default_factory=dict)
    items: dict[tuple[str, ...], str] = field(default_factory=dict)


def _of_file(path: str, old: str | None, new: str | None) -> Iterator[ContentChange]:
    if is_media(path):
        yield ContentChange(path, "", "file", None, _size(old), _size(new))
        return
    try:
        was, now = _fields(path, old), _fields(path, new)
    except BadYaml:
        yield ContentChange(path, "", "file", _language(path), _unreadable(old), _unreadable(new))
        return
    changes = list(_changes(path, was, now))
    if not changes:
        was_there, is_there = old is not None, new is not None
        is_rewritten = was_there and is_there
        says = "written otherwise, says the same" if is_rewritten else "nothing in it"
        yield ContentChange(
            path,
            "",
            "file",
            _language(path),
            says if was_there else None,
            says if is_there else None,
        )
    yield from changes


def _changes(path: str, was: _Fields, now: _Fields) -> Iterator[ContentChange]:
    language = _language(path)
    new_items = {place for place in now.items if place not in was.items}
    old_items = {place for place in was.items if place not in now.items}
    done: set[tuple[str, ...]] = set()
    for place in (*was.items, *was.words, *now.items, *now.words):
        if place in done or _inside(place, new_items | old_items):
            continue
        done.add(place)
        if place in new_items or place in old_items:
            old, new = was.items.get(place), now.items.get(place)
        elif place in was.words or place in now.words:
            old, new = was.words.get(place), now.words.get(place)
        else:
            continue
        is_order = place[-1] == ORDER and (old is None or new is None)
        if old != new and not is_order and not (place[-1] == ORDER and not _same_set(old, new)):
            yield ContentChange(path, ".".join(place), _what(path, place), language, old, new)


def _inside(place: tuple[str, ...], items: set[tuple[str, ...]]) -> bool:
    return any(place[:length] in items for length in range(1, len(place)))


def _same_set(old: str | None, new: str | None) -> bool:
    """An order counts only among the same items: others are told as added and removed."""
    return sorted((old or "").split(", ")) == sorted((new or "").split(", "))


def _fields(path: str, text: str | None) -> _Fields:
    found = _Fields()
    if text is not None:
        value = read_yaml(path, text.removeprefix(BYTE_ORDER_MARK)).value
        is_texts = path.split("/", maxsplit=1)[0] in FLOW_FOLDERS and _language(path) is not None
        _collect(value, (), found, is_texts=is_texts, is_register=path == "facts.yaml")
    return found


def _collect(
    value: Value,
    place: tuple[str, ...],
    found: _Fields,
    *,
    is_texts: bool,
    is_register: bool = False,
) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if is_register:
                found.items[(*place, key)] = _in_one_line(inner)
            _collect(inner, (*place, key), found, is_texts=is_texts)
    elif isinstance(value, list):
        _collect_list(value, place, found)
    elif value is not None:
        # A bare text of a step is short for `{text: …}`.
        is_step = is_texts and _is_step_of_texts(place)
        found.words[(*place, "text") if is_step else place] = value.rstrip("\n")


def _collect_list(value: list[Value], place: tuple[str, ...], found: _Fields) -> None:
    names: list[str] = []
    for item in value:
        name = _name_of(item)
        while name in names:  # two sessions of one week, or a code that stands twice
            name += "'"
        names.append(name)
        found.items[(*place, name)] = _in_one_line(item)
        if isinstance(item, dict):
            _collect(item, (*place, name), found, is_texts=False)
    if len(names) > 1:
        found.words[(*place, ORDER)] = ", ".join(names)


def _name_of(item: Value) -> str:
    """What tells an item from the others of its list; their numbers change when one is put between."""
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        for name in ("key", "number"):
            if isinstance(known := item.get(name), str):
                return known
        if isinstance(week := item.get("week"), str):
            return f"week {week} {item.get('day') or ''}".strip()
    return "item"


def _is_step_of_texts(place: tuple[str, ...]) -> bool:
    match place:
        case ("lessons", _, name):
            return name != "title"
        case ("steps", _):
            return True
    return False


def _in_one_line(value: Value) -> str:
    """What an item holds, for people to recognise it."""
    if isinstance(value, dict):
        parts = (f"{k}: {_in_one_line(v)}" for k, v in value.items() if v is not None)
        written = "; ".join(parts)
    elif isinstance(value, list):
        written = ", ".join(_in_one_line(item) for item in value)
    else:
        written = value or ""
    written = " ".join(written.split())
    is_long = len(written) > MOST_CHARS_IN_A_LINE
    return written[: MOST_CHARS_IN_A_LINE - 1] + "…" if is_long else written


def _language(path: str) -> str | None:
    name = path.rpartition("/")[2].removesuffix(".yaml")
    return name if name in LANGUAGES else None


def _what(path: str, place: tuple[str, ...]) -> str:
    folder = path.split("/", maxsplit=1)[0]
    if _language(path) is not None:
        return "label" if place[-1] in _LABELS or place[-2:-1] == ("options",) else "text"
    if folder in FLOW_FOLDERS:
        return _what_of_structure(place)
    return {
        "facts.yaml": "fact",
        "help_lines.yaml": "help line",
        "programme.yaml": "programme",
    }.get(path, "file")


def _what_of_structure(place: tuple[str, ...]) -> str:
    match place:
        case (*_, "options", _) if place[-1] != ORDER:
            return "option"
        case ("lessons", _):
            return "lesson"
        case ("lessons", _, "steps", _) | ("steps", _):
            return "step"
    return "setting"


def _unreadable(text: str | None) -> str | None:
    return None if text is None else "cannot be read or compared"


def _size(text: str | None) -> str | None:
    """Of a picture or recording, which nobody reads as words."""
    if text is None:
        return None
    try:
        return f"{len(as_bytes(text))} bytes"
    except ValueError:
        return _unreadable(text)
