"""Putting a text that is missing into a YAML file, in the place where a reader looks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.content.yaml_spots import Spot
from bot.content.yaml_words import STEP, entries, inside_braces

Place = tuple[str | int, ...]


def insertions(
    body: str,
    root: Spot | None,
    place: Place,
    words: str,
    *,
    newline: str,
    order: Sequence[Mapping[str, object]],
) -> Iterator[str]:
    """Ways to write the file with `words` at `place`, where nothing stands; the best one first.

    Args:
        order: For each part of `place`, the mapping whose keys tell where among its neighbours the
            new one belongs; fewer when they are not known.
    """
    if root is None:
        for lines in entries(_keys(place), words, 0):
            yield _appended(body, lines, newline)
        return
    depth, holder = _deepest(root, place)
    keys = _keys(place[depth:])
    if not holder.is_mapping:
        around = root.at(*place[: depth - 1]) or root
        yield from _opened(body, holder, around.column, keys, words, newline)
        return
    wanted = list(order[depth]) if depth < len(order) else []
    after = _neighbour_before(holder, keys[0], wanted)
    if holder.is_flow:
        yield from _in_braces(body, holder, after, keys, words)
        return
    own_key = root.at(*place[: depth - 1]) if depth else None
    key = own_key.keys.get(str(place[depth - 1])) if own_key else None
    positions = list(_positions(body, holder, key, after))
    for lines in entries(keys, words, holder.column):
        for position in positions:
            yield _inserted(body, position, lines, newline)


def _keys(place: Place) -> tuple[str, ...]:
    return tuple(str(part) for part in place)


def _deepest(root: Spot, place: Place) -> tuple[int, Spot]:
    """The last value on the way that is there, and how many parts of the way lead to it."""
    here, depth = root, 0
    for part in place:
        inner = here.children.get(part)
        if inner is None:
            break
        here, depth = inner, depth + 1
    return depth, here


def _neighbour_before(holder: Spot, key: str, wanted: Sequence[str]) -> str | None:
    """The key after which the new one belongs; None: it comes first."""
    known = list(holder.keys)
    if not known:
        return None
    if key not in wanted:
        return known[-1]
    before = [other for other in wanted[: wanted.index(key)] if other in holder.keys]
    return before[-1] if before else None


def _positions(body: str, holder: Spot, own_key: Spot | None, after: str | None) -> Iterator[int]:
    """Starts of lines before which the new lines may stand."""
    if after is not None:
        spot = holder.children[after]
        if spot.is_nothing:
            spot = holder.keys[after]
        written = body[spot.start : spot.end].rstrip()
        yield _next_line(body, spot.start + len(written))
        # `|+` keeps the empty lines below it as its own.
        if body[spot.end - 1] == "\n":
            yield spot.end
        return
    first = min(key.start for key in holder.keys.values())
    line = body.rfind("\n", 0, first) + 1
    below = _next_line(body, own_key.end) if own_key is not None else line
    if below <= line and not body[line:first].strip():
        # Comments above the first of the file are about the file; others are about what follows.
        yield below if own_key is not None else line
    else:  # the first stands beside a dash
        yield _next_line(body, next(iter(holder.children.values())).end)


def _in_braces(
    body: str, holder: Spot, after: str | None, keys: tuple[str, ...], words: str
) -> Iterator[str]:
    for entry in inside_braces(keys, words):
        if after is not None:
            position = max(holder.children[after].end, holder.keys[after].end)
            entry = f", {entry}"  # noqa: PLW2901
        elif holder.keys:
            position = min(key.start for key in holder.keys.values())
            entry = f"{entry}, "  # noqa: PLW2901
        else:
            position = holder.end - 1
        yield body[:position] + entry + body[position:]


def _opened(
    body: str, spot: Spot, column: int, keys: tuple[str, ...], words: str, newline: str
) -> Iterator[str]:
    """A mapping where nothing stood, or where one text stood that is short for `text: …`."""
    before, old, after = body[: spot.start], body[spot.start : spot.end], body[spot.end :]
    if spot.is_flow:
        short = f"text: {old}, " if old else ""
        gap = "" if before.endswith((" ", "\t")) else " "
        for entry in inside_braces(keys, words):
            yield f"{before}{gap}{{{short}{entry}}}{after}"
        return
    indent = column + STEP
    if spot.is_block:
        header, _, inside = old.partition("\n")
        lines = [" " * indent + f"text: {header.rstrip(chr(13))}"]
        lines += [" " * STEP + line if line.strip() else "" for line in _lines(inside)]
        rest, following = "", after
        ends = True
    else:
        rest, end, following = after.partition("\n")
        ends = bool(end)
        lines = [" " * indent + f"text: {old}"] if old else []
    for new in entries(keys, words, indent):
        written = newline.join([*lines, *new]) + (newline if ends else "")
        yield f"{before.rstrip(' ')}{rest.rstrip(chr(13))}{newline}{written}{following}"


def _lines(inside: str) -> list[str]:
    return inside.rstrip().replace("\r\n", "\n").split("\n")


def _appended(body: str, lines: Sequence[str], newline: str) -> str:
    gap = "" if not body or body.endswith("\n") else newline
    return body + gap + newline.join(lines) + newline


def _inserted(body: str, position: int, lines: Sequence[str], newline: str) -> str:
    before, after = body[:position], body[position:]
    new = newline.join(lines)
    if before and not before.endswith("\n"):  # the file's last line has no end
        return before + newline + new + after
    return before + new + newline + after


def _next_line(body: str, position: int) -> int:
    end = body.find("\n", position)
    return len(body) if end < 0 else end + 1
