"""Shows what a participant was sent: Telegram's few tags, everything else escaped."""

from __future__ import annotations

from html.parser import HTMLParser

from markupsafe import Markup, escape

PLAIN_TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "code", "pre", "blockquote"})


def shown(text: str) -> Markup:
    """Message text as safe HTML; unclosed tags are closed, unknown ones shown as they are."""
    parser = _Shower()
    parser.feed(text)
    parser.close()
    return parser.result()


class _Shower(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[Markup] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag in PLAIN_TAGS:
            self._pieces.append(Markup(f"<{tag}>"))
        elif tag == "a" and href.startswith(("https://", "http://", "tel:", "mailto:")):
            self._pieces.append(Markup('<a href="{}" rel="noreferrer">').format(href))
        else:
            self._pieces.append(escape(self.get_starttag_text() or ""))
            return
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            self._pieces.append(escape(f"</{tag}>"))
            return
        while self._open:
            last = self._open.pop()
            self._pieces.append(Markup(f"</{last}>"))
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self._pieces.append(escape(data))

    def result(self) -> Markup:
        closing = [Markup(f"</{tag}>") for tag in reversed(self._open)]
        return Markup("").join([*self._pieces, *closing])
