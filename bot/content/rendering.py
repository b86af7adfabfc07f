"""Rendering one text for one person, each template compiled once and kept."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import Template, TemplateError, UndefinedError

from bot.content.environment import HTML, PLAIN, TextEnvironment, is_template
from bot.content.filters_reading import UnreadableValue
from bot.domain.errors import TextFailed

# What a checked template may still do with values nobody foresaw, such as comparing words with
# numbers. Their texts may hold the value, so only their kind is told.
_RUNTIME_ERRORS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)
_COMPILE_ERRORS = (TemplateError, RecursionError, SyntaxError, ValueError, TypeError, MemoryError)


class Renderer:
    """Keeps the compiled templates of one pack; safe to share between threads.

    `language` is the language the text is written in, which its filters speak too.
    """

    def __init__(self) -> None:
        self._html: dict[tuple[str, str], Template] = {}
        self._plain: dict[tuple[str, str], Template] = {}

    def html(self, name: str, source: str, context: Mapping[str, object], *, language: str) -> str:
        """Return Telegram HTML: the author's tags stay, values are escaped.

        Raises:
            TextFailed: Names the text and what was missing, never a value.
        """
        if not is_template(source):
            return source.strip()
        template = self._html.get((language, source))
        if template is None:
            template = _compiled(name, source, HTML[language])
            self._html[language, source] = template
        return _rendered(name, template, context)

    def plain(self, name: str, source: str, context: Mapping[str, object], *, language: str) -> str:
        """Return plain text, for mails.

        Raises:
            TextFailed: As for `html`.
        """
        if not is_template(source):
            return source.strip()
        template = self._plain.get((language, source))
        if template is None:
            template = _compiled(name, source, PLAIN[language])
            self._plain[language, source] = template
        return _rendered(name, template, context)


def _compiled(name: str, source: str, environment: TextEnvironment) -> Template:
    try:
        return environment.from_string(source)
    except _COMPILE_ERRORS as error:
        raise TextFailed(f"Text {name} cannot be read: {type(error).__name__}.") from None


def _rendered(name: str, template: Template, context: Mapping[str, object]) -> str:
    try:
        return template.render(context).strip()
    except UndefinedError as error:
        raise TextFailed(f"Text {name} lacks a value: {error.message}.") from None
    except UnreadableValue as error:
        raise TextFailed(f"Text {name} could not be rendered: {error}.") from None
    except _RUNTIME_ERRORS as error:
        raise TextFailed(f"Text {name} could not be rendered: {type(error).__name__}.") from None
