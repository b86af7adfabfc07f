"""What a template may hold: placeholders with listed filters, and plain if/else. Nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError, nodes

from bot.content.environment import HTML, MAX_DEPTH, MAX_TEMPLATE_CHARS, is_template
from bot.content.filters import TEXT_FILTERS
from bot.content.findings import did_you_mean
from bot.content.languages import ORIGINAL

# Most templates hold nothing but plain placeholders; those are read without building a tree. What
# stands close to another brace is not plain.
_PLACEHOLDER = re.compile(
    r"(?<!\{)\{\{-?\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(?:\|\s*([a-z_]+)\s*)?-?\}\}(?!\})",
    re.ASCII,
)
_KEYWORDS = frozenset(
    {"true", "false", "none", "True", "False", "None", "not", "and", "or", "in", "is", "if", "else"}
)

_NO_REMEDIES: Mapping[str, str] = {}
_MOST_SHOWN = 12
_MOST = 10**12
_TOO_LONG = "the template cannot be read: a number in it is too long"
_OPENING = re.compile(r"\{[{%#]")

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
    (nodes.Scope, "values are always escaped; remove `{% autoescape %}`"),
    (nodes.Test, "`is` is not allowed in texts; compare with `==` or write `{% if name %}`"),
    (nodes.Getitem, "square brackets are not allowed in texts; write `participant.first_name`"),
    ((nodes.List, nodes.Tuple, nodes.Dict), "lists are not allowed in texts"),
    ((nodes.BinExpr, nodes.UnaryExpr, nodes.Concat), "arithmetic is not allowed in texts"),
)


def problems_in(
    source: str, allowed: frozenset[str], remedies: Mapping[str, str] = _NO_REMEDIES
) -> tuple[tuple[int, str], ...]:
    """Return (row from 0, what is wrong) for everything `source` may not hold.

    Args:
        allowed: The placeholders it may use.
        remedies: Placeholders that exist and hold nothing here, with what to do instead.
    """
    if not is_template(source):
        return ()
    if len(source) > MAX_TEMPLATE_CHARS:
        return ((0, f"the text is over {MAX_TEMPLATE_CHARS} characters; split it"),)
    if (plain := _of_plain_placeholders(source, allowed, remedies)) is not None:
        return plain
    try:
        tree = HTML[ORIGINAL].parse(source)
    except TemplateSyntaxError as error:
        return ((error.lineno - 1, _syntax(error)),)
    except RecursionError:
        return ((_first_row(source), "the text is nested too deeply"),)
    except (ValueError, ArithmeticError):  # Python reads no number of thousands of digits
        return ((_first_row(source), _TOO_LONG),)
    return tuple(_walk(tree, allowed, remedies, 0))


def _first_row(source: str) -> int:
    """Where the first template begins; the parser did not come to tell."""
    found = _OPENING.search(source)
    return source.count("\n", 0, found.start()) if found else 0


def _of_plain_placeholders(
    source: str, allowed: frozenset[str], remedies: Mapping[str, str]
) -> tuple[tuple[int, str], ...] | None:
    """As `problems_in`; None when the template must be read whole."""
    found: list[tuple[int, str]] = []
    for match in _PLACEHOLDER.finditer(source):
        name, text_filter = match[1], match[2]
        if text_filter is not None and (
            text_filter not in TEXT_FILTERS or TEXT_FILTERS[text_filter].words
        ):
            return None
        if name not in allowed:
            row = source.count("\n", 0, match.start())
            found.append((row, unknown_name(name, allowed, remedies)))
    return None if is_template(_PLACEHOLDER.sub("", source)) else tuple(found)


def unknown_name(
    name: str, allowed: frozenset[str], remedies: Mapping[str, str] = _NO_REMEDIES
) -> str:
    if name in _KEYWORDS:
        return f"`{name}` is not a placeholder"
    if name in remedies:
        return f"`{name}` {remedies[name]}"
    hint = _alike(name, allowed)
    if not hint and name.startswith("profile."):
        hint = "; no step keeps it: use `into`, `set` or `keep`"
    if not hint and name.startswith("answers."):
        hint = "; there is no such question in this module or check-in"
    if not hint:
        known = _shown(allowed)
        hint = f"; this text may use {known}" if known else "; this text takes none"
    return f"unknown placeholder `{name}`{hint}"


def _alike(name: str, allowed: frozenset[str]) -> str:
    """What was meant, perhaps: told by the last part, for what is before it makes all alike."""
    group, _, last = name.rpartition(".")
    by_last = {one.rpartition(".")[2]: one for one in sorted(allowed)}
    near = {one.rpartition(".")[2]: one for one in allowed if one.rpartition(".")[0] == group}
    known = near or by_last
    # Where there are few, somebody meant one of them; of many names one is always a little alike.
    found = get_close_matches(last, sorted(known), n=1, cutoff=0.5 if len(near) in (1, 2) else 0.7)
    return f", did you mean `{known[found[0]]}`?" if found else ""


def _shown(allowed: frozenset[str]) -> str:
    # A flow may have a hundred answers; the first of them tell what they are called.
    names = sorted(allowed, key=lambda name: (name.startswith(("answers.", "profile.")), name))
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_SHOWN])
    return f"{shown} and others" if len(names) > _MOST_SHOWN else shown


def _syntax(error: TemplateSyntaxError) -> str:
    reason = (error.message or "it cannot be read").rstrip(".")
    if reason.endswith("got '='"):
        return "the template cannot be read: compare with `==`"
    if "looking for the following tags" in reason:
        return "the template cannot be read: end what `{% if … %}` begins with `{% endif %}`"
    return f"the template cannot be read: {reason}; write `{{{{ name }}}}` or `{{% if name %}}…{{% endif %}}`"


def _walk(
    node: nodes.Node,
    allowed: frozenset[str],
    remedies: Mapping[str, str],
    depth: int,
    row: int = 0,
) -> Iterator[tuple[int, str]]:
    row = _row_of(node, row)
    if depth > MAX_DEPTH:
        yield row, "the text is nested too deeply"
        return
    inner: Iterable[nodes.Node] = ()
    if isinstance(node, (nodes.Name, nodes.Getattr)):
        name = _dotted(node)
        if name is None:
            yield row, "only placeholders have parts; write `participant.first_name`"
        elif name not in allowed:
            yield row, unknown_name(name, allowed, remedies)
    elif isinstance(node, nodes.Filter):
        yield from ((row, problem) for problem in _filter_problems(node))
        inner = [*([] if node.node is None else [node.node]), *node.args]
    elif isinstance(node, nodes.Operand):
        if node.op not in _COMPARISONS:
            yield row, "compare with ==, !=, <, <=, > or >= only"
        inner = [node.expr]
    elif isinstance(node, _TRANSPARENT):
        inner = node.iter_child_nodes()
    elif isinstance(node, nodes.Const):
        if isinstance(node.value, (int, float)) and not abs(node.value) < _MOST:
            yield row, _TOO_LONG
    else:
        yield row, _refusal(node)
    for child in inner:
        yield from _walk(child, allowed, remedies, depth + 1, row)


def _row_of(node: nodes.Node, above: int) -> int:
    # Jinja gives some nodes no line of their own.
    if node.lineno:
        return node.lineno - 1
    inside = (child.lineno - 1 for child in node.iter_child_nodes() if child.lineno)
    return next(inside, above)


def _filter_problems(node: nodes.Filter) -> Iterator[str]:
    known = TEXT_FILTERS.get(node.name)
    if known is None:
        hint = did_you_mean(node.name, TEXT_FILTERS) or f"; there are {', '.join(TEXT_FILTERS)}"
        yield f"unknown filter `{node.name}`{hint}"
        return
    if node.node is None:
        return  # `{% filter %}`, which is refused as a whole
    if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        yield f"filter `{node.name}` takes plain values only"
    elif not known.words and node.args:
        yield f"filter `{node.name}` takes nothing in brackets"
    elif len(node.args) != len(known.words) or not all(map(_is_words, node.args)):
        shown = ", ".join(f"'{word}'" for word in known.words)
        yield f"filter `{node.name}` takes words in brackets: `{node.name}({shown})`"


def _is_words(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)


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
