"""docs/content.md against the program: its examples load, and nothing is left out."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.check import check_files
from bot.content.filters import TEXT_FILTERS
from bot.content.loading import load_files
from bot.content.models import StepEntry
from bot.content.programme_models import ProgrammeFile
from bot.content.telegram_html import ALLOWED_TAGS
from bot.content.yaml_source import read_yaml
from bot.domain import engine
from bot.domain.escalation_reasons import ESCALATION_REASONS
from bot.domain.flows import Flow, RunState
from bot.domain.profile import profile_after
from bot.domain.run_events import Choice, DocumentWanted, RunInput, Start, Text
from bot.domain.steps import STEP_KINDS
from bot.domain.steps.check import check_step
from bot.domain.surroundings import Surroundings
from bot.domain.work_calendar import OfficeHours, WorkCalendar
from tests.content.sample_pack import sample_files

DOCUMENT = (Path(__file__).parents[2] / "docs" / "content.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```yaml\n# ([a-z_/]+\.yaml)\n(.*?)```", DOCUMENT, re.DOTALL))
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def files_of_the_examples() -> dict[str, str]:
    files = sample_files()
    for path, text in EXAMPLES.items():
        # Registers gain the example's entries; other files are replaced.
        files[path] = files[path] + text if path == "facts.yaml" else text
    files["help_lines.yaml"] = sample_files()["help_lines.yaml"]
    for language in ("nn", "en"):
        files[f"check_ins/weekly/{language}.yaml"] = EXAMPLES["check_ins/weekly/nb.yaml"]
    for module in ("first_week", "my_courses"):
        files[f"modules/{module}/nn.yaml"] = EXAMPLES[f"modules/{module}/nb.yaml"]
    offered = "\n".join(f"  - {{key: {key}}}" for key in ("first_week", "rules", "my_courses"))
    files["programme.yaml"] = files["programme.yaml"].replace(
        "  - {key: rules, after_session: 1}", offered
    )
    return files


def test_the_worked_examples_pass_the_check() -> None:
    findings = check_files(files_of_the_examples(), today=NOW.date())

    structures = {path for path in EXAMPLES if path.endswith(("/module.yaml", "/check_in.yaml"))}
    assert structures == {
        "modules/first_week/module.yaml",
        "modules/my_courses/module.yaml",
        "check_ins/weekly/check_in.yaml",
    }
    assert [str(finding) for finding in findings] == []


def test_the_module_that_makes_something_keeps_what_was_told_and_asks_for_the_file() -> None:
    flow = load_files(files_of_the_examples()).flows["module:my_courses"]
    state, around = RunState(flow.key), Surroundings(WorkCalendar(OfficeHours()))
    told: list[RunInput] = [Text("Amina"), Text("Hygiene"), Text("Oslo"), Choice(4, "one_more")]
    told += [Text("Truck"), Choice(6, "skip"), Choice(7, "take_out"), Choice(8, "right")]

    for given in [Start(), *told]:
        state, events = engine.step(state, flow, given, NOW, around=around)
        for event in events:
            around = replace(around, profile=profile_after(around.profile, event))

    assert around.profile == {
        "cv_name": "Amina",
        "cv_courses": ({"title": "Hygiene", "place": "Oslo"},),
    }
    assert DocumentWanted("courses.make", "cv") in events


@pytest.mark.parametrize("kind", [kind.code for kind in STEP_KINDS])
def test_every_step_kind_has_its_section_and_its_examples_are_well_written(kind: str) -> None:
    _, heading, rest = DOCUMENT.partition(f"\n### `{kind}`\n")
    section = re.split(r"\n##", rest)[0]
    written = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert heading
    assert written is not None
    assert "\nText: " in section

    listed = read_yaml("example", written[1]).value
    assert isinstance(listed, list)
    entries = [StepEntry.model_validate(entry) for entry in listed]
    steps = [entry.as_step(entry.key, str, has_text=True) for entry in entries]
    problems = [
        sentence
        for step in steps
        for sentence in check_step(step, Flow("module:example", tuple(steps)))
        # What it names stands in other parts of a module.
        if not sentence.endswith("which the flow does not hold.")
    ]

    assert {step.kind for step in steps} == {kind}
    assert problems == []


@pytest.mark.parametrize("name", [*TEXT_FILTERS, *(reason.code for reason in ESCALATION_REASONS)])
def test_every_filter_and_reason_is_named(name: str) -> None:
    assert f"`{name}`" in DOCUMENT


@pytest.mark.parametrize("tag", ALLOWED_TAGS)
def test_every_tag_is_named(tag: str) -> None:
    assert f"`<{tag}>`" in DOCUMENT or f"`<{tag} " in DOCUMENT


@pytest.mark.parametrize("field", ProgrammeFile.model_fields)
def test_every_part_of_the_programme_is_named(field: str) -> None:
    assert f"`{field}`" in DOCUMENT.partition("## programme.yaml")[2]
