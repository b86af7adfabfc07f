"""What a flow names of other flows: modules inside modules, answers and sessions to wait for."""

import pytest

from bot.content.flow_building import BuiltFlow, PlacedStep
from bot.content.flow_references import MOST_INSIDE, reference_problems
from bot.content.yaml_source import read_yaml
from bot.domain.durations import Duration
from bot.domain.flows import Flow, Step


def built(key: str, *steps: Step) -> BuiltFlow:
    document = read_yaml(f"{key.replace(':', '/')}.yaml", "key: sample")
    return BuiltFlow(
        Flow(key, steps), tuple(PlacedStep(step, "", step.key, ()) for step in steps), document
    )


def module(key: str, *inside: str) -> BuiltFlow:
    steps = [Step(f"in_{other}", "module", module=other) for other in inside]
    return built(f"module:{key}", *steps, Step("end", "finish"))


def told(*flows: BuiltFlow, session_count: int = 0) -> list[str]:
    by_key = {flow.flow.key: flow for flow in flows}
    return [str(finding) for finding in reference_problems(by_key, by_key, session_count)]


def test_modules_may_run_inside_others_several_times_over() -> None:
    assert told(module("a", "b", "c"), module("b", "c"), module("c")) == []


def test_a_circle_is_told_to_each_module_in_it_and_to_no_other() -> None:
    found = told(module("outside", "a"), module("a", "b"), module("b", "c"), module("c", "a"))

    assert [line.partition(": ")[0] for line in found] == [
        "module/a.yaml:1",
        "module/b.yaml:1",
        "module/c.yaml:1",
    ]
    assert "in a circle: `a` → `b` → `c` → `a`; take one of them out" in found[0]


def test_two_modules_inside_each_other_are_a_circle() -> None:
    found = told(module("a", "b"), module("b", "a"))

    assert ["`a` → `b` → `a`" in found[0], "`b` → `a` → `b`" in found[1]] == [True, True]


def test_modules_lie_only_so_deep() -> None:
    keys = [f"m{number}" for number in range(MOST_INSIDE + 2)]
    flows = [
        module(key, *after) for key, after in zip(keys, [[k] for k in keys[1:]] + [[]], strict=True)
    ]

    assert told(*flows[1:]) == []
    assert told(*flows) == [
        "module/m0.yaml:1: modules run inside one another 4 deep; at most 3: "
        "let one follow the other instead"
    ]


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (Step("x", "module", module="oen"), "there is no module `oen`, did you mean `one`?"),
        (Step("x", "module", module="zzz"), "there is no module `zzz`; there are me, one"),
        (
            Step("x", "wait", until="answer", answer_of="one", wait_for=Duration.parse("1 day")),
            "there is no flow `one`; write `module:one`",
        ),
        (
            Step("x", "wait", until="answer", answer_of="module:me"),
            "a flow cannot wait for an answer to itself; name another one",
        ),
        (
            Step("x", "wait", until="session_end", programme_session=3),
            "there is no session 3; the plan has 2",
        ),
    ],
)
def test_what_is_not_there_is_named_with_what_is(step: Step, says: str) -> None:
    found = told(built("module:me", step), module("one"), session_count=2)

    assert found == [f"module/me.yaml:1: {says}"]


def test_any_session_may_come_where_staff_add_them_by_hand() -> None:
    step = Step("x", "wait", until="session_end", programme_session=30)

    assert told(built("module:me", step), session_count=0) == []
