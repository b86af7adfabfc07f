"""Changing one text of a pack: whatever the file and the words, not a line more."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.content.editing import edited
from bot.content.yaml_source import read_yaml
from bot.content.yaml_spots import BYTE_ORDER_MARK, spots_of

EXAMPLES = settings(max_examples=40, deadline=None)

# What a leaf may look like in a file: as written on one line, or as the lines of a block.
LEAVES = (
    ["Hei du"],
    ["Hei du  # about this"],
    ["'it''s'"],
    ['"a: \\"b\\""'],
    ["|", "Line one", "", "  more: x", "line two"],
    ["|", "Only one", "", ""],
    ["|-  # kept short", "# not a comment", "end"],
    ["|+", "first", ""],
    [">", "folded", "on", "", "twice"],
    ["{a: x, b: 'y, z', c: {d: e}}"],
    ["plain over", "two lines"],
    [""],
    ["~"],
)
KEYS = st.sampled_from(["a", "b", "options", "Ny", "text", "k-1", "now"])
WORDS = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [
                "",
                " ",
                "x",
                "- a",
                "a: b",
                "# c",
                "'",
                '"',
                "{{ x }}",
                "{% if x %}",
                "\\n",
                "&a",
                "æ😀",
            ]
        ),
        max_size=6,
    ).map("\n".join),
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> Any:
    """Nested mappings, lists and leaves, each leaf with its way of being written."""
    if depth == 3 or (depth and draw(st.booleans())):
        return draw(st.sampled_from(LEAVES))
    inner = trees(depth=depth + 1)
    if depth and draw(st.integers(0, 5)) == 0:
        return ("list", draw(st.lists(inner, min_size=1, max_size=2)))
    return draw(st.dictionaries(KEYS, inner, min_size=1, max_size=4))


def _lines(tree: Any, indent: int) -> Iterator[str]:
    gap = " " * indent
    if isinstance(tree, dict):
        for number, (key, inner) in enumerate(tree.items()):
            if number % 2:
                yield f"{gap}# about {key}"
            yield from _entry(f"{gap}{key}:", inner, indent)
    else:
        for inner in tree[1]:
            if isinstance(inner, list):
                yield from _entry(f"{gap}-", inner, indent)
            else:
                first, *others = _lines(inner, indent + 2)
                yield f"{gap}- {first.lstrip()}"
                yield from others


def _entry(head: str, inner: Any, indent: int) -> Iterator[str]:
    if isinstance(inner, list):
        yield f"{head} {inner[0]}".rstrip()
        yield from (" " * (indent + 3) + line if line else "" for line in inner[1:])
        return
    yield f"{head}  # opens"
    yield from _lines(inner, indent + 2)


def _places(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for part, inner in entries:
            yield from _places(inner, (*above, part))
    else:
        yield above


def _with(value: Any, place: tuple[str | int, ...], words: str | None) -> Any:
    copied = deepcopy(value)
    here = copied
    for part in place[:-1]:
        here = here[part]
    here[place[-1]] = words
    return copied


def _is_text(words: str) -> bool:
    return all(ord(c) >= 32 or c in "\n\t\r" for c in words) and not any(
        0x7F <= ord(c) <= 0x9F or 0xD800 <= ord(c) <= 0xDFFF or ord(c) in (0xFFFE, 0xFFFF)
        for c in words
    )


@EXAMPLES
@given(trees(), WORDS, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.data())
def test_an_edit_changes_its_value_and_no_other_line(
    tree: Any, words: str, newline: str, has_mark: bool, data: st.DataObject
) -> None:
    assume(_is_text(words))
    text = newline.join(["# the file's own comment", *_lines(tree, 0), "# its end"]) + newline
    value = read_yaml("x.yaml", text).value
    place = data.draw(st.sampled_from(list(_places(value))))
    mark = BYTE_ORDER_MARK if has_mark else ""

    after = edited({"x.yaml": mark + text}, "x.yaml", place, words)["x.yaml"]

    wanted = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    found: Any = read_yaml("x.yaml", after.removeprefix(mark)).value
    for part in place:
        found = found[part]
    assert found.rstrip("\n") == wanted
    everything = read_yaml("x.yaml", after.removeprefix(mark)).value
    assert _with(everything, place, None) == _with(value, place, None)
    spot = spots_of(text).at(*place)  # type: ignore[union-attr]
    assert spot is not None
    begin = text.rfind("\n", 0, spot.start) + 1
    end = text.find("\n", spot.start + len(text[spot.start : spot.end].rstrip())) + 1
    assert after.startswith(mark + text[:begin])
    assert after.endswith(text[end:])
    assert "\r" in after or newline == "\n"


@EXAMPLES
@given(trees(), WORDS, st.data())
def test_a_text_that_was_missing_is_added_and_all_lines_stay(
    tree: Any, words: str, data: st.DataObject
) -> None:
    assume(_is_text(words))
    text = "\n".join(_lines(tree, 0)) + "\n"
    value = read_yaml("x.yaml", text).value
    spots = spots_of(text)
    assert spots is not None
    blocks = [p[:-1] for p in _places(value) if not spots.at(*p[:-1]).is_flow]  # type: ignore[union-attr]
    above = data.draw(st.sampled_from([p for p in blocks if spots.at(*p).is_mapping] or [()]))  # type: ignore[union-attr]

    after = edited({"x.yaml": text}, "x.yaml", (*above, "new", "one"), words)["x.yaml"]

    found: Any = read_yaml("x.yaml", after).value
    here = found
    for part in above:
        here = here[part]
    wanted = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    assert here.pop("new")["one"].rstrip("\n") == wanted
    assert found == value
    rest = iter(after.split("\n"))
    assert all(line in rest for line in text.split("\n"))
