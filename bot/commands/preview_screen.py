"""Shows on a terminal what a phone would show: bubbles with their buttons below, and notes beside."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from html.parser import HTMLParser

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.commands.preview_shown import Bubble, Note, Shown

PHONE_WIDTH = 52  # about what a bubble holds on a phone
_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strike",
    "del": "strike",
    "code": "cyan",
    "blockquote": "dim italic",
}


class Screen:
    """A terminal, or a pipe, where the same comes without colours."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stdout, highlight=False, emoji=False, markup=False)
        self._width = min(PHONE_WIDTH, self._console.width)

    def show(self, shown: Iterable[Shown]) -> None:
        for one in shown:
            if isinstance(one, Note):
                self._console.print(Text(f"  ({one.text})", style="dim"))
            else:
                self._bubble(one)

    def heading(self, words: str) -> None:
        self._console.print(Text(f"\n{words}", style="bold"))

    def _bubble(self, bubble: Bubble) -> None:
        if bubble.along:
            self._console.print(Text(f"  [{bubble.along}]", style="magenta"))
        if bubble.text:
            panel = Panel(formatted(bubble.text), box=box.ROUNDED, width=self._width)
            self._console.print(panel)
        for number, (_, label) in enumerate(bubble.buttons, 1):
            sign = number if bubble.is_numbered else "·"
            self._console.print(Text(f"  {sign}  {label}", style="bold green"))


class _Reader(HTMLParser):
    """Telegram's few tags as styles; whatever else stands there stays as it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = Text()
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        style = _STYLES.get(tag, "")
        if tag == "a":
            style = f"underline link {dict(attrs).get('href') or ''}".rstrip()
        self._open.append((tag, style))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place]
                return

    def handle_data(self, data: str) -> None:
        self.text.append(data, style=" ".join(style for _, style in self._open if style))


def formatted(telegram_html: str) -> Text:
    """The text as it is read, with its bold and slanted words."""
    reader = _Reader()
    reader.feed(telegram_html)
    reader.close()
    return reader.text
