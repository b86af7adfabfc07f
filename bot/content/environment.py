"""The sandboxes texts are rendered in: escaping for Telegram's HTML or plain, one per language.

Three walls stand behind the check (bot/content/template_rules.py), each enough without the others:
nothing is compiled but placeholders, filters and `if`; a placeholder's part is read from a mapping
and from nothing else, so that no attribute of any object can be reached; nothing is called and
nothing is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.content.filters import FILTERS_BY_LANGUAGE
from bot.content.languages import LANGUAGES

MAX_TEMPLATE_CHARS = 20_000
MAX_DEPTH = 30

_COMPILED = frozenset(
    {
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Const,
        nodes.Name,
        nodes.Getattr,
        nodes.Filter,
        nodes.If,
        nodes.CondExpr,
        nodes.Compare,
        nodes.Operand,
        nodes.And,
        nodes.Or,
        nodes.Not,
    }
)
# What is missing says so itself, once it is asked for its words.
_SPOKEN = (str, int, float, Decimal, date, time, Undefined)


def is_template(source: str) -> bool:
    """Whether `source` holds anything but words."""
    return "{{" in source or "{%" in source or "{#" in source


class TextEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2's strictest sandbox without what texts have no need of."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)
    intercepted_unops = frozenset(ImmutableSandboxedEnvironment.default_unop_table)

    def __init__(self, language: str, *, autoescape: bool) -> None:
        super().__init__(
            autoescape=autoescape,
            undefined=StrictUndefined,
            finalize=_spoken,
            cache_size=0,  # compiled templates are kept by the pack, all of them
        )
        self.filters = dict(FILTERS_BY_LANGUAGE[language])
        self.globals.clear()
        self.tests.clear()

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read one part of a placeholder; a key called "items" is no method."""
        if type(obj) is dict or isinstance(obj, Mapping):
            try:
                return obj[attribute]
            except KeyError:
                pass
        if isinstance(obj, Undefined):
            return obj  # which names the missing placeholder once it is used
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> NoReturn:
        raise SecurityError("texts hold no brackets")

    def call(self, *_args: Any, **_named: Any) -> NoReturn:
        raise SecurityError("texts call nothing")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> NoReturn:
        raise SecurityError("texts compute nothing")

    def call_unop(self, context: Any, operator: str, arg: Any) -> NoReturn:
        raise SecurityError("texts compute nothing")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > MAX_TEMPLATE_CHARS:
            raise TemplateSyntaxError(f"it is over {MAX_TEMPLATE_CHARS} characters", 1)
        return super()._parse(source, name, filename)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        _refuse_all_but_words(source)
        return super()._generate(source, name, filename, defer_init)


def _refuse_all_but_words(tree: nodes.Template) -> None:
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        is_spread = isinstance(node, nodes.Filter) and (node.dyn_args or node.dyn_kwargs)
        if type(node) not in _COMPILED or is_spread or depth > MAX_DEPTH:
            raise SecurityError(f"texts hold no {type(node).__name__.lower()}")
        waiting += ((child, depth + 1) for child in node.iter_child_nodes())


def _spoken(value: object) -> str:
    """What is written for a value: plain words, escaped afterwards whatever they call themselves.

    "Hei None!" is the one thing nobody should ever read, and a whole mapping the next.
    """
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, _SPOKEN):
        return str(value)
    raise SecurityError(f"texts write no {type(value).__name__}")


HTML: Mapping[str, TextEnvironment] = {
    language: TextEnvironment(language, autoescape=True) for language in LANGUAGES
}
PLAIN: Mapping[str, TextEnvironment] = {
    language: TextEnvironment(language, autoescape=False) for language in LANGUAGES
}
