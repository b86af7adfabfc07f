"""Plays the case file of every step kind: inputs in, events out, and what authors are told."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain import engine
from bot.domain.durations import Duration
from bot.domain.flows import (
    Abandoned,
    AnswerGiven,
    Ask,
    AskAgain,
    Choice,
    Explain,
    Finished,
    Flow,
    HandToHuman,
    Ignored,
    OtherMedia,
    RunEvent,
    RunInput,
    RunState,
    Say,
    Sleep,
    Start,
    Step,
    Text,
    Wake,
)
from bot.domain.steps import STEP_KINDS
from bot.domain.steps.check import check_flow, check_step
from bot.domain.work_calendar import OfficeHours, WorkCalendar

HERE = Path(__file__).parent
FRIDAY_NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
OSLO = WorkCalendar(OfficeHours())
FIXED_INPUTS: dict[str, RunInput] = {
    "start": Start(),
    "wake": Wake(),
    "wake early": Wake(early=True),
    "ask again": AskAgain(),
}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_step(written: dict[str, Any]) -> Step:
    ready = {name: tuple(v) if isinstance(v, list) else v for name, v in written.items()}
    if "wait_for" in ready:
        ready["wait_for"] = Duration.parse(ready["wait_for"])
    return Step(**ready)


def read_flow(path: Path) -> Flow:
    return Flow("module:cases", tuple(map(read_step, read(path)["flow"]["steps"])))


def read_input(written: str) -> RunInput:
    if written in FIXED_INPUTS:
        return FIXED_INPUTS[written]
    verb, rest = written.split(" ", 1)
    if verb == "tap":
        option, instance = rest.split(" #")
        return Choice(int(instance), option)
    return {"type": Text, "send": OtherMedia}[verb](rest)


def write_event(event: RunEvent) -> str:
    match event:
        case Say(key, part):
            words = f"say {key}" + (f": {part}" if part != "text" else "")
        case Ask(key, instance, options, accepts_text, skippable):
            how = " in words" * accepts_text + " or skip" * skippable
            words = f"ask {key} #{instance}{how}" + (f": {' '.join(options)}" if options else "")
        case Explain(message_key, key, max_chars):
            words = f"explain {key}: {message_key}" + (f" {max_chars}" if max_chars else "")
        case AnswerGiven(key, value, is_text, is_right):
            result = {None: "", True: " (right)", False: " (wrong)"}[is_right]
            words = f"{'words' if is_text else 'answer'} {key}: {value}{result}"
        case HandToHuman(key, reason):
            words = f"hand over {key}: {reason}"
        case Sleep(until):
            words = f"sleep until {until.isoformat()}"
        case Finished(outcome):
            words = f"finished {outcome}"
        case Abandoned(reason):
            words = f"abandoned {reason}"
        case Ignored(reason):
            words = f"ignored {reason}"
    return words


def listed(section: str) -> list[Any]:
    """One pytest parameter per entry of `section` in any case file."""
    return [
        pytest.param(path, entry, id=f"{path.stem}: {entry.get('name', number)}")
        for path in sorted(HERE.glob("*.toml"))
        for number, entry in enumerate(read(path).get(section, []), start=1)
    ]


@pytest.mark.parametrize("code", [kind.code for kind in STEP_KINDS])
def test_every_kind_has_a_case_file_that_uses_it(code: str) -> None:
    path = HERE / f"{code}.toml"

    content = read(path)

    assert content["case"], "a case file shows what the kind does"
    assert content["problem"], "a case file shows what authors are told"
    assert code in {step["kind"] for step in content["flow"]["steps"]}


def test_every_case_file_belongs_to_a_kind() -> None:
    stems = {path.stem for path in HERE.glob("*.toml")}

    assert stems == {kind.code for kind in STEP_KINDS}


def test_kinds_have_codes_of_their_own() -> None:
    codes = [kind.code for kind in STEP_KINDS]

    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", STEP_KINDS, ids=lambda kind: kind.code)
def test_every_kind_is_described_in_one_sentence(kind: Any) -> None:
    assert kind.doc.endswith(".")
    assert kind.doc.count(".") == 1
    assert kind.fields <= set(Step.__dataclass_fields__)


@pytest.mark.parametrize(("path", "case"), listed("case"))
def test_case_plays_as_written(path: Path, case: dict[str, Any]) -> None:
    flow = read_flow(path)
    state = RunState(flow.key)
    played = []

    for turn in case["turns"]:
        now = turn.get("at", FRIDAY_NOON)
        state, events = engine.step(state, flow, read_input(turn["in"]), now, calendar=OSLO)
        played.append((turn["in"], [write_event(event) for event in events]))

    assert played == [(turn["in"], turn["out"]) for turn in case["turns"]]
    assert f"{state.status} {state.step_key}" == case["ends"]


@pytest.mark.parametrize("path", sorted(HERE.glob("*.toml")), ids=lambda path: path.stem)
def test_flows_of_the_cases_have_nothing_to_mend(path: Path) -> None:
    assert check_flow(read_flow(path)) == ()


@pytest.mark.parametrize(("path", "problem"), listed("problem"))
def test_authors_are_told_what_to_mend(path: Path, problem: dict[str, Any]) -> None:
    step = read_step(problem["step"])

    sentences = check_step(step, Flow("module:cases", (step,)))

    assert list(sentences) == problem["sentences"], path.name
