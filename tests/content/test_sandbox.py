"""Hostile templates: the check refuses each with file and line, and behind it each is harmless.

"Behind it" is the renderer alone, as if nobody had checked; and behind that the environment with
its compiler left open, as if a template of the kind had been compiled all the same.
"""

import sys
from collections.abc import Mapping
from copy import deepcopy

import pytest
from jinja2 import TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.content.environment import MAX_DEPTH, MAX_TEMPLATE_CHARS, TextEnvironment
from bot.content.filters import TEXT_FILTERS
from bot.content.findings import BadPack
from bot.content.loading import load_files
from bot.content.rendering import Renderer
from bot.content.template_rules import problems_in
from bot.domain.errors import TextFailed
from tests.content.hostile_templates import ATTACKS, ATTRIBUTE_WALKS, BOMBS, FORMATS, attack
from tests.content.sample_pack import sample_files, with_message

ALLOWED = frozenset({"participant.first_name", "caseworker.first_name", "office.name"})
CONTEXT: dict[str, object] = {
    "participant": {"first_name": "Amina", "items": "her things"},
    "caseworker": {"first_name": "Carol"},
    "office": {"name": "Nav Eksempelby"},
}
# What the renderer writes for those that are read and have nothing to hide.
HARMLESS = {"", "a", "b", "x", "1", "her things"}
STEPS_A_CHAR = 250  # calls of Python's own counting; compiling costs most of them
STEPS_AT_ONCE = 100_000  # what the first template of all loads


@pytest.mark.parametrize("template", ATTACKS)
def test_the_check_refuses_it(template: str) -> None:
    problems = problems_in(f"Hei!\n{template}\n", ALLOWED)

    assert problems
    # A text that is too long as a whole has no line of its own.
    assert {row for row, _ in problems} <= ({1, 2, 3} if len(template) < 20_000 else {0})


@pytest.mark.parametrize("template", ATTACKS)
def test_a_pack_with_it_is_refused_with_file_and_line(template: str) -> None:
    path = "modules/rules/nb.yaml"
    written = template.replace("\n", "\n      ")
    files = sample_files()
    files[path] = files[path].replace("Hei {{ participant.first_name }}!", written)

    with pytest.raises(BadPack) as refused:
        load_files(files)

    places = [(finding.path, finding.line) for finding in refused.value.findings]
    assert {where for where, _ in places} == {path}
    first_line_of_the_text = 6
    if len(template) < 900_000:
        assert all(first_line_of_the_text <= line <= 8 for _, line in places)


@pytest.mark.parametrize("template", ATTACKS)
def test_without_the_check_it_tells_nothing_and_changes_nothing(template: str) -> None:
    before = deepcopy(CONTEXT)

    written = unchecked(template)

    assert written in HARMLESS
    assert before == CONTEXT


@pytest.mark.parametrize("template", ATTACKS)
def test_without_the_check_it_takes_no_more_steps_than_its_length_allows(template: str) -> None:
    steps = steps_of(template)

    # A template too long to be read costs nothing but finding that out.
    length = len(template) if len(template) <= MAX_TEMPLATE_CHARS else 0
    assert steps <= STEPS_A_CHAR * length + STEPS_AT_ONCE


@pytest.mark.parametrize(
    "template",
    [
        attack("placeholders", "{{ office.name }}" * 1_100),
        attack("conditions", "{% if office.name %}{% endif %}" * 600),
        attack("filters", "{{ office.name|upper|lower|trim }}" * 500),
    ],
)
def test_the_dearest_text_that_may_be_written_is_bounded_by_its_length(template: str) -> None:
    assert problems_in(template, ALLOWED) == ()

    assert steps_of(template) <= STEPS_A_CHAR * len(template) + STEPS_AT_ONCE


@pytest.mark.parametrize("template", [*ATTRIBUTE_WALKS, *FORMATS, *BOMBS[:7]])
def test_the_environment_refuses_even_what_was_compiled(template: str) -> None:
    environment = OpenCompiler("nb", autoescape=True)

    try:
        written = environment.from_string(template).render(CONTEXT)
    except (TemplateError, ValueError, TypeError):
        written = ""

    assert written in HARMLESS


def test_the_environment_calls_nothing_it_is_handed() -> None:
    template = OpenCompiler("nb", autoescape=True).from_string("{{ f() }}")

    with pytest.raises(SecurityError):
        template.render({"f": lambda: "called"})


def test_what_is_nested_deeper_than_anybody_writes_is_not_compiled() -> None:
    nested = [
        "{% if office.name %}" * depth + "x" + "{% endif %}" * depth for depth in (10, MAX_DEPTH)
    ]

    assert [unchecked(template) for template in nested] == ["x", ""]


@pytest.mark.parametrize("name", TEXT_FILTERS)
@pytest.mark.parametrize(
    "value",
    ["{{ 7 }}", "{% set x = 1 %}", "{# x #}", "{{ office.name }}", "{% raw %}", "{0.__class__}"],
)
def test_a_template_in_a_value_stays_words(name: str, value: str) -> None:
    in_brackets = "('a', 'b')" if TEXT_FILTERS[name].words else ""
    context = {**CONTEXT, "v": value}

    written = unchecked(f"{{{{ v|{name}{in_brackets} }}}}", context)
    plain = unchecked("{{ v }}", context)

    assert plain == value
    assert written == "" or written.startswith("{") or (name == "names" and "{" in written)
    assert "Eksempelby" not in written


def test_words_from_one_text_are_not_rendered_in_the_next() -> None:
    pack = load_files(with_message("staff.message", "{{ sender }}: {{ text }}"))
    context = {**CONTEXT, "sender": "{{ text }}", "text": "{{ office.name }} <b>"}

    first = pack.message("staff.message", "nb", context)
    second = pack.message("staff.message", "nb", {**context, "text": first})

    assert first == "{{ text }}: {{ office.name }} &lt;b&gt;"
    assert second == "{{ text }}: {{ text }}: {{ office.name }} &amp;lt;b&amp;gt;"


@pytest.mark.parametrize("value", [[], ["a"], {"a": "b"}, object(), print, {1}, b"x"])
def test_only_words_numbers_and_days_are_written(value: object) -> None:
    with pytest.raises(TextFailed, match="SecurityError"):
        Renderer().html("x", "{{ v }}", {"v": value}, language="nb")


def test_a_value_with_a_method_s_name_is_the_value() -> None:
    context = {"profile": {"items": "spade", "keys": "two", "get": ""}}

    written = unchecked("{{ profile.items }}, {{ profile.keys }}{{ profile.get }}", context)

    assert written == "spade, two"


class OpenCompiler(TextEnvironment):
    """The environment as it would be if its compiler took everything."""

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        return ImmutableSandboxedEnvironment._generate(self, source, name, filename, defer_init)


def unchecked(template: str, context: Mapping[str, object] = CONTEXT) -> str:
    """As the renderer writes it, "" when it does not; nothing else may come out of it."""
    try:
        return Renderer().html("x", template, context, language="nb")
    except TextFailed:
        return ""


def steps_of(template: str) -> int:
    """How many calls rendering takes, as Python counts them; the same on every machine."""
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        unchecked(template)
    finally:
        sys.setprofile(before)
    return steps
