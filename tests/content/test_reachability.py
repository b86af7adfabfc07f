"""Steps that nobody can come to are errors of the check, at their line."""

from datetime import date

import pytest

from bot.content.check import check_files
from bot.content.flow_building import BuiltFlow, PlacedStep
from bot.content.reachability import reachability_problems, reachable, ways_of
from bot.content.yaml_source import read_yaml
from bot.domain.durations import Duration
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


def told(*steps: Step) -> list[str]:
    document = read_yaml("module.yaml", "key: sample")
    placed = tuple(PlacedStep(step, "", step.key, ()) for step in steps)
    found = reachability_problems(BuiltFlow(flow(*steps), placed, document))
    return [finding.message for finding in found]


ASK = Step("ask", "short_text")
ROUND = Step("round", "branch", by="ask", goto={"given": "say"})


@pytest.mark.parametrize(
    ("steps", "circle"),
    [
        pytest.param((ASK, Step("say", "say"), ROUND), "`say` → `round` → `say`", id="a say"),
        pytest.param(
            (ASK, Step("say", "wait", wait_for=Duration.parse("1 day")), ROUND),
            "`say` → `round` → `say`",
            id="a pause, which would write for ever",
        ),
        pytest.param(
            (ASK, Step("say", "keep", name="list", record={"a": "ask"}), ROUND),
            "`say` → `round` → `say`",
            id="a step that says nothing",
        ),
        pytest.param(
            (ASK, Step("own", "branch", by="ask", goto={"given": "own"})),
            "`own` → `own`",
            id="a branch to itself",
        ),
        pytest.param(
            (
                ASK,
                Step("one", "branch", by="ask", goto={"x": "three"}),
                Step("two", "finish"),
                Step("three", "branch", by="ask", goto={"y": "one"}),
                Step("four", "finish"),
            ),
            "`one` → `three` → `one`",
            id="two branches",
        ),
    ],
)
def test_a_circle_in_which_nobody_is_asked_is_named_step_by_step(
    steps: tuple[Step, ...], circle: str
) -> None:
    assert told(*steps) == [
        f"the steps {circle} lead in a circle without asking anything; ask in between"
    ]


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param((Step("say", "say"), ASK, ROUND), id="asked in between"),
        pytest.param(
            (Step("say", "say"), Step("ask", "remind_later", options=("now",)), ROUND),
            id="reminded in between",
        ),
        pytest.param(
            (ASK, Step("on", "branch", by="ask", goto={"given": "end"}), Step("end", "finish")),
            id="forward",
        ),
    ],
)
def test_a_round_with_a_question_in_it_is_left_alone(steps: tuple[Step, ...]) -> None:
    assert told(*steps) == []


REVIEW = Step(
    "look", "review", options=("name", "jobs", "on"), again={"name": "ask"}, goto={"jobs": "jobs"}
)


def test_a_part_that_a_review_sends_to_must_come_back() -> None:
    jobs, end = Step("jobs", "short_text"), Step("end", "finish")

    lost = told(ASK, REVIEW, Step("stop", "finish"), jobs, end)
    back = told(ASK, REVIEW, Step("stop", "finish"), jobs, Step("back", "back"), end)
    before = told(ASK, jobs, REVIEW, end)

    assert lost == ["no way leads back from step `jobs`; end that part with a `back` step"]
    assert back == before == []


def test_what_is_asked_again_leads_nowhere_else() -> None:
    steps = flow(ASK, Step("say", "say"), REVIEW, Step("jobs", "back"))

    ways = ways_of(steps, with_again=False)

    assert ways["look"] == ("jobs", "jobs")
    assert "ask" in ways_of(steps)["look"]


def test_only_the_first_of_a_row_that_nobody_comes_to_is_told() -> None:
    lost = [Step(f"lost_{n}", "say") for n in range(3)]

    assert told(
        ASK, Step("end", "finish"), *lost, Step("over", "finish"), Step("alone", "say")
    ) == [
        "nothing leads to step `lost_0`; remove it, or lead there with `goto`",
        "nothing leads to step `alone`; remove it, or lead there with `goto`",
    ]


def test_a_flow_whose_ways_lead_nowhere_is_judged_elsewhere() -> None:
    assert (
        told(ASK, Step("go", "choose", options=("a",), goto={"a": "nowhere"}), Step("x", "say"))
        == []
    )
