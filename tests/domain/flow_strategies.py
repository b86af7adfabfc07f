"""Valid flows of all kinds of steps, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from hypothesis import strategies as st

from bot.domain.durations import Duration, Unit
from bot.domain.flows import Flow, Step
from bot.domain.steps import STEP_KINDS
from bot.domain.steps.document import DOCUMENTS
from bot.domain.steps.finish import FINISH
from bot.domain.steps.kind import StepKind
from bot.domain.steps.number import UNITS
from bot.domain.steps.wait import WEEKDAYS
from bot.domain.typed_dates import DatesAsked

OPTIONS = ("yes", "no", "later", "more")
MOST_STEPS = 8
NAMES = ("town", "mood")
MODULES = ("money", "health")
CASES = ("yes", "no", "given", "missing", "1-3", "4-", "-2")

# A flow full of endings would show little else.
MOSTLY_GOING_ON = [*(kind for kind in STEP_KINDS if kind is not FINISH)] * 2 + [FINISH]

durations = st.builds(Duration, st.integers(1, 40), st.sampled_from(list(Unit)))


@dataclass(frozen=True)
class Plan:
    """What the steps of a flow must know of each other: their kinds, and what goes where."""

    kinds: tuple[StepKind, ...]
    into: tuple[str | None, ...]

    def keys(self) -> list[str]:
        return [f"step{number}" for number in range(len(self.kinds))]

    def asking(self) -> list[str]:
        return [key for key, kind in zip(self.keys(), self.kinds, strict=True) if kind.listens_for]

    def answered(self) -> list[str]:
        """Steps whose answers are kept in the run; where no step asks, any that keeps none."""
        in_run = [key for key, into in zip(self.keys(), self.into, strict=True) if into is None]
        asking = self.asking()
        return [key for key in in_run if key in asking] or in_run


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    kinds = draw(st.lists(st.sampled_from(MOSTLY_GOING_ON), min_size=4, max_size=MOST_STEPS))
    names = [
        st.sampled_from([None, None, *NAMES]) if "into" in k.fields else st.none() for k in kinds
    ]
    plan = Plan(tuple(kinds), tuple(draw(st.tuples(*names))))
    return Flow("module:any", tuple(draw(steps(number, plan)) for number in range(len(kinds))))


@st.composite
def steps(draw: st.DrawFn, number: int, plan: Plan) -> Step:
    """A valid step, each of its fields set at random."""
    kind = plan.kinds[number]
    options = tuple(draw(st.lists(st.sampled_from(OPTIONS), min_size=2, unique=True)))
    drawn: dict[str, Any] = {"options": options, "into": plan.into[number], "reason": "help"}
    particular = PARTICULAR.get(kind.code)
    if particular is not None:
        drawn |= draw(particular(number, plan, options))
    # In a fixed order, so that a failure found once is found again.
    for name, values in field_values(options, plan).items():
        if name in kind.fields and name not in drawn:
            drawn[name] = draw(values)
    chosen = {name: value for name, value in drawn.items() if name in kind.fields}
    return Step(f"step{number}", kind.code, has_text=draw(st.booleans()), **chosen)


def field_values(options: tuple[str, ...], plan: Plan) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "right": st.sampled_from(options),
        "second_try": st.booleans(),
        "optional": st.booleans(),
        "max_chars": st.integers(1, 20),
        "max_attempts": st.integers(1, 3),
        "listens_for": st.none() | durations,
        "goto": ways(options, plan.keys()),
        "escalate": st.dictionaries(st.sampled_from(options), st.just("help")),
        "at_least": st.integers(0, len(options) - 1),
        "at_most": st.integers(max(1, len(options) - 1), len(options)),
        "lowest": st.integers(0, 3),
        "highest": st.integers(4, 9),
        "decimals": st.integers(0, 2),
        "unit": st.sampled_from(UNITS),
        "dates": st.sampled_from([asked.value for asked in DatesAsked]),
        "takes": st.sampled_from([("photo",), ("file",), ("photo", "file")]),
        "module": st.sampled_from(MODULES),
        "document": st.sampled_from(DOCUMENTS),
        "outcome": st.sampled_from(["completed", "left_early"]),
    }


def ways(values: tuple[str, ...], keys: list[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(values), st.sampled_from(keys))


Particular = st.SearchStrategy[dict[str, Any]]


def _of_scale(_number: int, plan: Plan, _options: tuple[str, ...]) -> Particular:
    numbers = ("3", "4")
    return st.fixed_dictionaries(
        {
            "goto": ways(numbers, plan.keys()),
            "escalate": st.dictionaries(st.sampled_from(numbers), st.just("help")),
        }
    )


def _of_review(_number: int, plan: Plan, options: tuple[str, ...]) -> Particular:
    """The last option goes on; the others ask a step again, lead to a part, or go on too."""
    half = len(options) // 2
    again = st.dictionaries(
        st.sampled_from(options[:half]), st.sampled_from(plan.asking()), min_size=1
    )
    rest = options[half:-1]
    return st.fixed_dictionaries(
        {"again": again, "goto": ways(rest, plan.keys()) if rest else st.just({})}
    )


def _of_remind_later(_number: int, plan: Plan, options: tuple[str, ...]) -> Particular:
    pauses = durations | st.sampled_from([time(18), time(2, 30)])
    return st.fixed_dictionaries(
        {
            "after": st.dictionaries(st.just(options[0]), pauses, min_size=1),
            "goto": ways(options[1:], plan.keys()),
        }
    )


def _of_branch(_number: int, plan: Plan, _options: tuple[str, ...]) -> Particular:
    looked_at = [*plan.answered(), "profile.list0", *(f"profile.{name}" for name in NAMES)]
    return st.fixed_dictionaries(
        {
            "by": st.sampled_from(looked_at),
            "goto": st.dictionaries(
                st.sampled_from(CASES), st.sampled_from(plan.keys()), min_size=1
            ),
        }
    )


def _of_keep(number: int, plan: Plan, _options: tuple[str, ...]) -> Particular:
    """Each keeps a list of its own, so that a record tells which step kept it."""
    answers = st.sampled_from(plan.answered())
    record = st.fixed_dictionaries(
        {"title": answers}, optional={"kind": st.just("=job"), "did": answers}
    )
    return st.fixed_dictionaries({"name": st.just(f"list{number}"), "record": record})


def _of_set(_number: int, plan: Plan, _options: tuple[str, ...]) -> Particular:
    how: list[Particular] = [
        st.just({"value": "fixed"}),
        st.fixed_dictionaries({"answer": st.sampled_from(plan.answered())}),
        st.fixed_dictionaries({"forget": st.sampled_from(["all", "last"])}),
    ]
    names = st.sampled_from([*NAMES, "list0"])
    return st.tuples(names, st.one_of(how)).map(lambda drawn: {"name": drawn[0], **drawn[1]})


def _of_wait(_number: int, _plan: Plan, _options: tuple[str, ...]) -> Particular:
    times = st.sampled_from([time(10), time(2, 30), time(0)])
    session: Particular = st.fixed_dictionaries(
        {"until": st.sampled_from(["session_start", "session_end"])},
        optional={"programme_session": st.integers(1, 3)},
    )
    return st.one_of(
        st.fixed_dictionaries({"wait_for": durations}),
        st.fixed_dictionaries({"until": st.sampled_from(["time", *WEEKDAYS]), "at": times}),
        session,
        st.fixed_dictionaries(
            {
                "until": st.just("answer"),
                "answer_of": st.just("check_in:weekly"),
                "wait_for": durations,
            }
        ),
    )


PARTICULAR = {
    "scale": _of_scale,
    "review": _of_review,
    "remind_later": _of_remind_later,
    "branch": _of_branch,
    "keep": _of_keep,
    "set": _of_set,
    "wait": _of_wait,
}
