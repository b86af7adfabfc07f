"""Judging Telegram's HTML subset: which tags a text may use, and whether they close."""

from __future__ import annotations

import re
from collections.abc import Iterator

ALLOWED_TAGS = ("a", "b", "blockquote", "code", "i", "s", "u")
# Telegram knows these four by name, and every numbered one.
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")
_MARK = re.compile(r"[<&]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>")
_HREF = re.compile(r'\s+href\s*=\s*"([^"]*)"\s*')


def html_problems(html: str) -> Iterator[tuple[int, str]]:
    """Yield (row from 0, what is wrong) for everything Telegram would refuse or we do not allow."""
    open_tags: list[tuple[str, int]] = []
    position = 0
    while found := _MARK.search(html, position):
        start = found.start()
        row = html.count("\n", 0, start)
        if found[0] == "&":
            entity = _ENTITY.match(html, start)
            position = entity.end() if entity else start + 1
            if entity is None:
                yield row, "a bare `&`; write `&amp;`"
            continue
        tag = _TAG.match(html, start)
        if tag is None:
            position = start + 1
            yield row, "a bare `<`; write `&lt;`, or close the tag with `>`"
            continue
        position = tag.end()
        yield from ((row, problem) for problem in _tag_problems(tag, open_tags, row))
    for name, row in open_tags:
        yield row, f"`<{name}>` is never closed; write `</{name}>`"


def _tag_problems(tag: re.Match[str], open_tags: list[tuple[str, int]], row: int) -> Iterator[str]:
    closes, name, attributes = tag[1] == "/", tag[2], tag[3]
    if name not in ALLOWED_TAGS:
        known = ", ".join(f"<{known}>" for known in ALLOWED_TAGS)
        yield f"Telegram texts here may not use `<{name}>`; there are {known}"
    elif closes:
        if not open_tags:
            yield f"`</{name}>` closes nothing"
        elif open_tags[-1][0] == name:
            open_tags.pop()
        else:
            yield f"`</{name}>` comes before `</{open_tags[-1][0]}>`; close the inner tag first"
            names = [opened for opened, _ in open_tags]
            if name in names:
                del open_tags[len(names) - 1 - names[::-1].index(name)]
    else:
        open_tags.append((name, row))
        yield from _attribute_problems(name, attributes)


def _attribute_problems(name: str, attributes: str) -> Iterator[str]:
    if name == "a":
        link = _HREF.fullmatch(attributes)
        if link is None:
            yield 'a link is written `<a href="https://…">words</a>`'
        elif not link[1].startswith("https://"):
            yield f"the link `{link[1][:60]}` must begin with https://"
    elif attributes.strip():
        yield f"`<{name}>` takes no attributes here"
