"""Plays the case file of every step kind: inputs in, events out, and what authors are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain import engine
from bot.domain.flows import RunState, Step
from bot.domain.profile import profile_after
from bot.domain.steps import STEP_KINDS
from bot.domain.steps.check import check_flow, check_step
from tests.domain.steps.case_files import (
    CASE_FILES,
    FRIDAY_NOON,
    HERE,
    read,
    read_around,
    read_flow,
    read_input,
    read_step,
    write_event,
)


def listed(section: str) -> list[Any]:
    """One pytest parameter per entry of `section` in any case file."""
    return [
        pytest.param(path, entry, id=f"{path.stem}: {entry.get('name', number)}")
        for path in CASE_FILES
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
    stems = {path.stem for path in CASE_FILES}

    assert stems == {kind.code for kind in STEP_KINDS}


def test_kinds_have_codes_of_their_own() -> None:
    codes = [kind.code for kind in STEP_KINDS]

    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("kind", STEP_KINDS, ids=lambda kind: kind.code)
def test_every_kind_is_described_in_one_sentence(kind: Any) -> None:
    for sentence in (kind.doc, kind.others):
        assert sentence.endswith(".")
        assert sentence.count(".") == 1
    assert kind.fields <= set(Step.__dataclass_fields__)


@pytest.mark.parametrize(("path", "case"), listed("case"))
def test_case_plays_as_written(path: Path, case: dict[str, Any]) -> None:
    content = read(path)
    flow = read_flow(content["flow"]["steps"])
    around = read_around(content.get("around", {}) | case.get("around", {}))
    state = RunState(flow.key)
    played = []

    for turn in case["turns"]:
        if "steps" in turn:  # the author has edited the flow under the run
            flow = read_flow(turn["steps"])
        if "sessions" in turn:
            around = replace(around, sessions=read_around(turn).sessions)
        now = turn.get("at", FRIDAY_NOON)
        state, events = engine.step(state, flow, read_input(turn["in"]), now, around=around)
        for event in events:
            around = replace(around, profile=profile_after(around.profile, event))
        played.append((turn["in"], [write_event(event) for event in events]))

    assert played == [(turn["in"], turn["out"]) for turn in case["turns"]]
    assert f"{state.status} {state.step_key}" == case["ends"]
    assert dict(state.answers) == case.get("answers", state.answers)
    if "leaves" in case:
        assert around.profile == read_around({"profile": case["leaves"]}).profile


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_flows_of_the_cases_have_nothing_to_mend(path: Path) -> None:
    assert check_flow(read_flow(read(path)["flow"]["steps"])) == ()


@pytest.mark.parametrize(("path", "problem"), listed("problem"))
def test_authors_are_told_what_to_mend(path: Path, problem: dict[str, Any]) -> None:
    step = read_step(problem["step"])
    flow = read_flow([problem["step"], *problem.get("others", [])])

    sentences = check_step(step, flow)

    assert list(sentences) == problem["sentences"], path.name
