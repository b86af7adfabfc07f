"""Words as YAML: the ways to write a text so that it is read back as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator

STEP = 2  # columns that what lies inside stands further in

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w./-]*")
_NO_PLAIN_START = frozenset("-?:,[]{}#&*!|>'\"%@` ")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
    "\ufeff": "\\uFEFF",
}


def on_one_line(words: str, style: str | None) -> Iterator[str]:
    """Ways to write `words` on one line, the one nearest to `style` first; the last always works.

    Whether a plain one is read back as it was depends on what stands around it: try them.
    """
    if "\n" not in words:
        if style not in ("'", '"') and _may_be_plain(words):
            yield words
        if style == "'" or (style != '"' and ('"' in words or "\\" in words)):
            yield "'" + words.replace("'", "''") + "'"
    yield '"' + "".join(_ESCAPES.get(character, character) for character in words) + '"'


def literal_lines(words: str, indent: int) -> list[str]:
    """The lines below a `|`."""
    return [" " * indent + line if line else "" for line in words.split("\n")]


def folded_lines(words: str, indent: int) -> list[str]:
    """The lines below a `>`: there a line end counts when an empty line follows."""
    return "\n\n".join(literal_lines(words, indent)).split("\n")


def entries(keys: tuple[str, ...], words: str, indent: int) -> Iterator[list[str]]:
    """Ways to write `words` under these keys, each inside the one before, as whole lines."""
    above = [" " * (indent + STEP * n) + f"{key_words(key)}:" for n, key in enumerate(keys)]
    last, column = above.pop(), indent + STEP * len(keys)
    if "\n" in words:
        yield [*above, f"{last} |", *literal_lines(words, column)]
    for written in on_one_line(words, None):
        yield [*above, f"{last} {written}"]


def inside_braces(keys: tuple[str, ...], words: str) -> Iterator[str]:
    """The same within `{…}`."""
    for written in on_one_line(words, None):
        inner = written
        for key in reversed(keys[1:]):
            inner = f"{{{key_words(key)}: {inner}}}"
        yield f"{key_words(keys[0])}: {inner}"


def key_words(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else f'"{key}"'


def _may_be_plain(words: str) -> bool:
    return bool(words) and words[0] not in _NO_PLAIN_START and ": " not in words
