"""When a run may go over to a newer version of its flow, and the reason when it may not."""

from dataclasses import replace

import pytest

from bot.domain.durations import Duration
from bot.domain.flow_structure import structure_differs
from bot.domain.flows import Flow, Step

QUIZ = Step(
    "a.quiz", "quiz", options=("yes", "no"), right="yes", goto={"no": "a.more", "yes": "a.end"}
)
WAIT = Step("a.more", "wait", wait_for=Duration.parse("1 day"))
END = Step("a.end", "finish")
FLOW = Flow("module:a", (QUIZ, WAIT, END), ("a",))


def _with(*steps: Step) -> Flow:
    return replace(FLOW, steps=steps)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(FLOW, id="nothing"),
        pytest.param(_with(replace(QUIZ, facts=("x",)), WAIT, END), id="facts"),
        pytest.param(_with(replace(QUIZ, max_attempts=5), WAIT, END), id="attempts"),
        pytest.param(_with(QUIZ, replace(WAIT, has_text=False), END), id="text left out"),
        pytest.param(_with(replace(QUIZ, image="media/new.png"), WAIT, END), id="picture"),
        pytest.param(_with(replace(QUIZ, max_chars=9), WAIT, END), id="length of answers to come"),
    ],
)
def test_wording_may_change_under_a_run(after: Flow) -> None:
    assert structure_differs(FLOW, after) == ""


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        pytest.param(None, "the new version no longer has it", id="flow gone"),
        pytest.param(_with(QUIZ, END), "no longer has step a.more", id="step gone"),
        pytest.param(
            _with(QUIZ, WAIT, Step("a.new", "say"), END), "adds step a.new", id="step added"
        ),
        pytest.param(_with(WAIT, QUIZ, END), "another order", id="order"),
        pytest.param(replace(FLOW, lessons=("b",)), "another order", id="lessons"),
        pytest.param(
            _with(replace(QUIZ, kind="choose"), WAIT, END), "a.quiz differs in its kind", id="kind"
        ),
        pytest.param(
            _with(replace(QUIZ, options=("yes", "maybe")), WAIT, END),
            "a.quiz differs in its options",
            id="options",
        ),
        pytest.param(
            _with(replace(QUIZ, right="no"), WAIT, END),
            "differs in its right answer",
            id="right answer",
        ),
        pytest.param(
            _with(replace(QUIZ, goto={"yes": "a.end", "no": "a.more"}), WAIT, END),
            "a.quiz differs in its ways",
            id="ways in another order",
        ),
        pytest.param(
            _with(QUIZ, replace(WAIT, wait_for=Duration.parse("2 days")), END),
            "a.more differs in its pause",
            id="pause",
        ),
        pytest.param(
            _with(replace(QUIZ, into="x"), WAIT, END), "a.quiz differs in its into", id="profile"
        ),
    ],
)
def test_structure_may_not(after: Flow | None, reason: str) -> None:
    assert reason in structure_differs(FLOW, after)


def test_of_many_steps_the_first_are_named() -> None:
    after = _with(*(Step(f"a.{n}", "say") for n in range(5)), QUIZ, WAIT, END)

    assert structure_differs(FLOW, after).endswith("adds steps a.0, a.1, a.2 and 2 more")
