"""What a template may hold: placeholders with listed filters, and plain if/else. Nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jinja2 import TemplateSyntaxError, nodes

from bot.content.environment import FILTERS, HTML, is_template
from bot.content.findings import did_you_mean

MAX_TEMPLATE_CHARS = 20_000
MAX_DEPTH = 30

# Most templates hold nothing but plain placeholders; those are read without building a tree.
_PLACEHOLDER = re.compile(r"\{\{-?\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*-?\}\}")
_KEYWORDS = frozenset(
    {"true", "false", "none", "True", "False", "None", "not", "and", "or", "in", "is", "if", "else"}
)

_TRANSPARENT = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.Compare,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
)
_COMPARISONS = frozenset({"eq", "ne", "lt", "lteq", "gt", "gteq"})
_REFUSALS: tuple[tuple[type[nodes.Node] | tuple[type[nodes.Node], ...], str], ...] = (
    (nodes.For, "loops (`{% for %}`) are not allowed in texts"),
    ((nodes.Call, nodes.CallBlock), "calls are not allowed in texts; use placeholders and filters"),
    (nodes.Macro, "macros are not allowed in texts"),
    ((nodes.Assign, nodes.AssignBlock, nodes.With), "`{% set %}` is not allowed in texts"),
    (
        (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block),
        "a text cannot take in other files",
    ),
    (nodes.Test, "`is` is not allowed in texts; compare with `==` or write `{% if name %}`"),
    (nodes.Getitem, "square brackets are not allowed in texts; write `participant.first_name`"),
    ((nodes.List, nodes.Tuple, nodes.Dict), "lists are not allowed in texts"),
    ((nodes.BinExpr, nodes.UnaryExpr, nodes.Concat), "arithmetic is not allowed in texts"),
)


def problems_in(source: str, allowed: frozenset[str]) -> tuple[tuple[int, str], ...]:
    """Return (row from 0, what is wrong) for everything `source` may not hold."""
    if not is_template(source):
        return ()
    if len(source) > MAX_TEMPLATE_CHARS:
        return ((0, f"the text is over {MAX_TEMPLATE_CHARS} characters; split it"),)
    if not is_template(_PLACEHOLDER.sub("", source)):
        names = ((match.start(), match[1]) for match in _PLACEHOLDER.finditer(source))
        return tuple(
            (source.count("\n", 0, start), unknown_name(name, allowed))
            for start, name in names
            if name not in allowed
        )
    try:
        tree = HTML.parse(source)
    except TemplateSyntaxError as error:
        return ((error.lineno - 1, _syntax(error)),)
    except RecursionError:
        return ((0, "the text is nested too deeply"),)
    return tuple(_walk(tree, allowed, 0))


def unknown_name(name: str, allowed: frozenset[str]) -> str:
    if name in _KEYWORDS:
        return f"`{name}` is not a placeholder"
    hint = did_you_mean(name, allowed)
    if not hint:
        known = ", ".join(f"`{known}`" for known in sorted(allowed))
        hint = f"; this text may use {known}" if known else "; this text takes none"
    return f"unknown placeholder `{name}`{hint}"


def _syntax(error: TemplateSyntaxError) -> str:
    reason = (error.message or "it cannot be read").rstrip(".")
    return f"the template cannot be read: {reason}"


def _walk(
    node: nodes.Node, allowed: frozenset[str], depth: int, row: int = 0
) -> Iterator[tuple[int, str]]:
    # Jinja gives some nodes no line of their own.
    row = node.lineno - 1 if node.lineno else row
    if depth > MAX_DEPTH:
        yield row, "the text is nested too deeply"
        return
    inner: Iterable[nodes.Node] = ()
    if isinstance(node, (nodes.Name, nodes.Getattr)):
        name = _dotted(node)
        if name is None:
            yield row, "only placeholders have parts; write `participant.first_name`"
        elif name not in allowed:
            yield row, unknown_name(name, allowed)
    elif isinstance(node, nodes.Filter):
        yield from ((row, problem) for problem in _filter_problems(node))
        inner = [*([] if node.node is None else [node.node]), *node.args]
    elif isinstance(node, nodes.Operand):
        if node.op not in _COMPARISONS:
            yield row, "compare with ==, !=, <, <=, > or >= only"
        inner = [node.expr]
    elif isinstance(node, _TRANSPARENT):
        inner = node.iter_child_nodes()
    elif not isinstance(node, nodes.Const):
        yield row, _refusal(node)
    for child in inner:
        yield from _walk(child, allowed, depth + 1, row)


def _filter_problems(node: nodes.Filter) -> Iterator[str]:
    if node.name not in FILTERS:
        hint = did_you_mean(node.name, FILTERS) or f"; there are {', '.join(sorted(FILTERS))}"
        yield f"unknown filter `{node.name}`{hint}"
    if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        yield f"filter `{node.name}` takes plain values only"


def _dotted(node: nodes.Node) -> str | None:
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    if not isinstance(node, nodes.Name):
        return None
    return ".".join([node.name, *reversed(parts)])


def _refusal(node: nodes.Node) -> str:
    for kinds, sentence in _REFUSALS:
        if isinstance(node, kinds):
            return sentence
    return f"`{type(node).__name__.lower()}` is not allowed in texts"
