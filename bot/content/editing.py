"""Changing one text of a pack in place: everything else stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from bot.content.assembling import FLOW_FOLDERS
from bot.content.inserting import insertions
from bot.content.languages import LANGUAGES, ORIGINAL
from bot.content.yaml_source import BadYaml, Document, Value, read_yaml
from bot.content.yaml_spots import BYTE_ORDER_MARK, Spot, spots_of
from bot.content.yaml_words import STEP, folded_lines, literal_lines, on_one_line
from bot.domain.errors import BadContent

Place = tuple[str | int, ...]


def edited(files: Mapping[str, str], path: str, place: Place, new_text: str) -> dict[str, str]:
    """Return the files with the text at `place` of one file changed, or put there.

    Only the characters of that value change: comments, quotes, line ends and all other lines stay.
    A text of several lines becomes a block (`|`). One that was missing is put where the language
    beside it has it; so is a file that a language lacks. Blanks around a text do not count.

    Args:
        place: As the check and `compare` name it: ("lessons", "contract", "intro", "text"), and
            numbers from 0 within lists. `text` may be given or left out where the file leaves it out.

    Raises:
        BadContent: No text can stand there, or it holds characters that are no text.
    """
    words = new_text.replace("\r\n", "\n").replace("\r", "\n").strip()
    before = files.get(path)
    if before is None and not _may_begin(files, path):
        raise BadContent(f"The pack has no file {path}: name one of its files.")
    body = (before or "").removeprefix(BYTE_ORDER_MARK)
    mark = BYTE_ORDER_MARK if (before or "").startswith(BYTE_ORDER_MARK) else ""
    document = _read(path, body)
    root = spots_of(body)
    place = _short_form(path, root, _resolved(document.value, place))
    expected = _with_text(document.value, place, words, f"{path}: {_written(place)}")
    for after in _candidates(files, path, body, root, place, words):
        if _says(path, after, expected, place):
            return {**files, path: mark + after}
    raise BadContent(f"{path}: {_written(place)} cannot be written: a character is not text.")


def text_at(files: Mapping[str, str], path: str, place: Place) -> str | None:
    """The text that `edited` would change; None when there is none.

    Raises:
        BadContent: The file cannot be read.
    """
    body = files.get(path, "").removeprefix(BYTE_ORDER_MARK)
    value: Any = _read(path, body).value
    for part in _short_form(path, spots_of(body), _resolved(value, place)):
        if not _holds(value, part):
            return None
        value = value[part]
    return value if isinstance(value, str) else None


def _read(path: str, body: str) -> Document:
    try:
        return read_yaml(path, body)
    except BadYaml as error:
        raise BadContent(f"{path}:{error.line}: {error.message}") from None


def _may_begin(files: Mapping[str, str], path: str) -> bool:
    """Whether a language lacks this file that another one has."""
    folder, _, name = path.rpartition("/")
    others = {f"{folder}/{language}.yaml" for language in LANGUAGES}
    return bool(folder) and f"{folder}/{name}" in others and not others.isdisjoint(files)


def _resolved(value: Any, place: Place) -> Place:
    """The place with numbers within lists and words elsewhere, however it was typed."""
    found: list[str | int] = []
    for part in place:
        is_number = isinstance(value, list) and str(part).isdecimal()
        found.append(int(part) if is_number else part if isinstance(value, list) else str(part))
        value = value[found[-1]] if _holds(value, found[-1]) else None
    return tuple(found)


def _short_form(path: str, root: Spot | None, place: Place) -> Place:
    """`intro: …` is short for `intro: {text: …}`."""
    parts = path.split("/")
    is_of_flow = parts[0] in FLOW_FOLDERS and parts[-1] != FLOW_FOLDERS[parts[0]][1]
    if not (is_of_flow and len(place) > 1 and place[-1] == "text"):
        return place
    above = root.at(*place[:-1]) if root else None
    return place if above is not None and above.is_mapping else place[:-1]


def _with_text(value: Value, place: Place, words: str, name: str) -> Value:
    """What the file must say afterwards. Raises BadContent when no text can stand there."""
    no_text = BadContent(f"{name} is no place of a text: see what `tettpa content check` names.")
    # A mutable copy of unknown depth, walked from the top.
    top: Any = {} if value is None else deepcopy(value)
    here = top
    for number, part in enumerate(place, start=1):
        if not _holds(here, part) and not (isinstance(here, dict) and isinstance(part, str)):
            raise no_text
        known = here[part] if _holds(here, part) else None
        if number == len(place):
            if isinstance(known, dict | list):
                raise no_text
            here[part] = words
            return top  # type: ignore[no-any-return]
        if not isinstance(known, dict | list):
            known = here[part] = {} if known is None else {"text": known}
        here = known
    raise no_text


def _holds(value: Any, part: str | int) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value)


def _says(path: str, after: str, expected: Value, place: Place) -> bool:
    try:
        found = read_yaml(path, after).value
    except BadYaml:
        return False
    return _without_end(found, place) == _without_end(expected, place)


def _without_end(value: Value, place: Place) -> Value:
    """A block ends with a line end, or none, or several, as its author's `|`, `|-` or `|+` says."""
    copied: Any = deepcopy(value)
    here = copied
    for part in place[:-1]:
        if not _holds(here, part):
            return value
        here = here[part]
    if _holds(here, place[-1]) and isinstance(here[place[-1]], str):
        here[place[-1]] = here[place[-1]].rstrip("\n")
    return copied  # type: ignore[no-any-return]


def _candidates(
    files: Mapping[str, str], path: str, body: str, root: Spot | None, place: Place, words: str
) -> Iterator[str]:
    newline = "\r\n" if "\r\n" in body else "\n"
    spot = root.at(*place) if root else None
    if root is not None and spot is not None:
        around = root.at(*place[:-1]) or root
        # Beside a dash the text may stand in the column after the dash's own.
        yield from _replacements(body, spot, around.column, words, newline)
        return
    model = _other_language(files, path)
    if not body and model and "\r\n" in files[model]:
        newline = "\r\n"
    order = _keys_of(files, model, place[:-1]) if model else ()
    yield from insertions(body, root, place, words, newline=newline, order=order)


def _replacements(body: str, spot: Spot, column: int, words: str, newline: str) -> Iterator[str]:
    before, old, after = body[: spot.start], body[spot.start : spot.end], body[spot.end :]
    if spot.is_block:
        yield from (before + new + after for new in _blocks(old, column, words, newline))
    elif "\n" in words and not spot.is_flow:
        rest, end, following = after.partition("\n")
        lines = newline.join(literal_lines(words, column + STEP))
        gap = "" if before.endswith((" ", "\t")) else " "
        ending = newline if end else ""
        yield f"{before}{gap}|{rest.rstrip(chr(13))}{newline}{lines}{ending}{following}"
    gap = " " if spot.is_nothing and not before.endswith((" ", "\t")) else ""
    end = newline if spot.is_block and old.endswith("\n") else ""
    for new in on_one_line(words, spot.style):
        yield f"{before}{gap}{new}{end}{after}"


def _blocks(old: str, column: int, words: str, newline: str) -> Iterator[str]:
    """The block with other words: its header, its indentation and the empty lines below it stay."""
    header, _, inside = old.partition("\n")
    content = inside.rstrip()
    _, end_of_line, empty_lines = inside[len(content) :].partition("\n")
    first = next((line for line in content.split("\n") if line.strip()), "")
    indents = [len(first) - len(first.lstrip(" ")), column + STEP]
    for indent in indents:
        for head, lines in (
            (header, (folded_lines if header[0] == ">" else literal_lines)(words, indent)),
            ("|" + header[1:], literal_lines(words, indent)),
        ):
            end = newline + empty_lines if end_of_line else ""
            yield f"{head.rstrip(chr(13))}{newline}{newline.join(lines)}{end}"


def _other_language(files: Mapping[str, str], path: str) -> str | None:
    """The file to go by for the order of texts: the original's, or any other language's."""
    folder, _, name = path.rpartition("/")
    languages = [ORIGINAL, *LANGUAGES]
    if name.removesuffix(".yaml") not in languages:
        return None
    others = (f"{folder}/{language}.yaml" for language in languages)
    return next((other for other in others if other != path and other in files), None)


def _keys_of(files: Mapping[str, str], path: str, place: Place) -> tuple[Mapping[str, object], ...]:
    """The mappings on the way to `place` in another file, as far as it has them."""
    try:
        value: Value = read_yaml(path, files[path].removeprefix(BYTE_ORDER_MARK)).value
    except BadYaml:
        return ()
    found: list[Mapping[str, object]] = []
    for part in (*place, None):
        if not isinstance(value, dict):
            break
        found.append(value)
        value = value.get(part) if isinstance(part, str) else None
    return tuple(found)


def _written(place: Place) -> str:
    return ".".join(str(part) for part in place)
