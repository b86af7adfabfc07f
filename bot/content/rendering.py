"""Rendering one text for one person, each template compiled once and kept."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import Template, TemplateError, UndefinedError

from bot.content.environment import HTML, PLAIN, is_template
from bot.domain.errors import TextFailed

# What a checked template may still do with values nobody foresaw, such as comparing words with
# numbers. Their texts may hold the value, so only their kind is told.
_RUNTIME_ERRORS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


class Renderer:
    """Keeps the compiled templates of one pack; safe to share between threads."""

    def __init__(self) -> None:
        self._html: dict[str, Template] = {}
        self._plain: dict[str, Template] = {}

    def html(self, name: str, source: str, context: Mapping[str, object]) -> str:
        """Return Telegram HTML: the author's tags stay, values are escaped.

        Raises:
            TextFailed: Names the text and what was missing, never a value.
        """
        if not is_template(source):
            return source.strip()
        template = self._html.get(source)
        if template is None:
            template = self._html[source] = _compiled(name, source, escaping=True)
        return _rendered(name, template, context)

    def plain(self, name: str, source: str, context: Mapping[str, object]) -> str:
        """Return plain text, for mails.

        Raises:
            TextFailed: As for `html`.
        """
        if not is_template(source):
            return source.strip()
        template = self._plain.get(source)
        if template is None:
            template = self._plain[source] = _compiled(name, source, escaping=False)
        return _rendered(name, template, context)


def _compiled(name: str, source: str, *, escaping: bool) -> Template:
    try:
        return (HTML if escaping else PLAIN).from_string(source)
    except (TemplateError, RecursionError, SyntaxError) as error:
        raise TextFailed(f"Text {name} cannot be read: {type(error).__name__}.") from None


def _rendered(name: str, template: Template, context: Mapping[str, object]) -> str:
    try:
        return template.render(context).strip()
    except UndefinedError as error:
        raise TextFailed(f"Text {name} lacks a value: {error.message}.") from None
    except _RUNTIME_ERRORS as error:
        raise TextFailed(f"Text {name} could not be rendered: {type(error).__name__}.") from None
