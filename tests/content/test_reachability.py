"""Steps that nobody can come to are errors of the check, at their line."""

from datetime import date

import pytest

from bot.content.check import check_files
from bot.content.reachability import reachable
from bot.domain.flows import Flow, Step
from tests.content.sample_pack import with_edit

TODAY = date(2026, 6, 1)


def flow(*steps: Step) -> Flow:
    return Flow("module:sample", steps)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param(
            (Step("a", "say"), Step("b", "finish"), Step("c", "say")), "a b", id="after the finish"
        ),
        pytest.param(
            (
                Step("a", "choose", options=("x", "y"), goto={"x": "c", "y": "d"}),
                Step("b", "say"),
                Step("c", "finish"),
                Step("d", "finish"),
            ),
            "a c d",
            id="every option leads past it",
        ),
        pytest.param(
            (
                Step("a", "choose", options=("x", "y"), goto={"x": "c"}),
                Step("b", "say"),
                Step("c", "finish"),
            ),
            "a b c",
            id="one option goes on",
        ),
        pytest.param(
            (
                Step("a", "choose", options=("x",), goto={"x": "c"}, optional=True),
                Step("b", "say"),
                Step("c", "finish"),
            ),
            "a b c",
            id="an optional question may be passed over",
        ),
        pytest.param(
            (Step("a", "choose", options=("x",), goto={"x": "a"}), Step("b", "say")),
            "a",
            id="round and round",
        ),
    ],
)
def test_what_can_be_come_to(steps: tuple[Step, ...], expected: str) -> None:
    assert reachable(flow(*steps)) == set(expected.split())


def test_a_step_nobody_comes_to_is_named_with_its_line() -> None:
    goto = "goto: {now: hours.intro, later: hours.intro}"
    files = with_edit("modules/rules/module.yaml", "goto: {now: hours.intro, later: pause}", goto)

    findings = [str(finding) for finding in check_files(files, today=TODAY)]

    assert findings == [
        "modules/rules/module.yaml:9: nothing leads to step `pause`; remove it, or lead there with `goto`"
    ]
