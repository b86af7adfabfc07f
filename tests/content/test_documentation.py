"""docs/content.md against the program: its examples load, and nothing is left out."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.content.check import check_files
from bot.content.environment import FILTERS
from bot.content.programme_models import ProgrammeFile
from bot.content.telegram_html import ALLOWED_TAGS
from bot.domain.escalation_reasons import ESCALATION_REASONS
from bot.domain.steps import STEP_KINDS
from tests.content.sample_pack import sample_files

DOCUMENT = (Path(__file__).parents[2] / "docs" / "content.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```yaml\n# ([a-z_/]+\.yaml)\n(.*?)```", DOCUMENT, re.DOTALL))


def test_the_worked_example_passes_the_check() -> None:
    files = sample_files()
    for path, text in EXAMPLES.items():
        # Registers gain the example's entries; other files are replaced.
        files[path] = files[path] + text if path == "facts.yaml" else text
    files["help_lines.yaml"] = sample_files()["help_lines.yaml"]
    for language in ("nn", "en"):
        files[f"check_ins/weekly/{language}.yaml"] = EXAMPLES["check_ins/weekly/nb.yaml"]
    files["modules/first_week/nn.yaml"] = EXAMPLES["modules/first_week/nb.yaml"]
    files["programme.yaml"] = files["programme.yaml"].replace("key: rules", "key: first_week")

    findings = check_files(files, today=date(2026, 6, 1))

    assert {"modules/first_week/module.yaml", "check_ins/weekly/check_in.yaml"} <= set(EXAMPLES)
    assert [str(finding) for finding in findings] == []


@pytest.mark.parametrize("kind", [kind.code for kind in STEP_KINDS])
def test_every_step_kind_has_its_section(kind: str) -> None:
    assert f"\n### `{kind}`\n" in DOCUMENT


@pytest.mark.parametrize("name", [*FILTERS, *(reason.code for reason in ESCALATION_REASONS)])
def test_every_filter_and_reason_is_named(name: str) -> None:
    assert f"`{name}`" in DOCUMENT


@pytest.mark.parametrize("tag", ALLOWED_TAGS)
def test_every_tag_is_named(tag: str) -> None:
    assert f"`<{tag}>`" in DOCUMENT or f"`<{tag} " in DOCUMENT


@pytest.mark.parametrize("field", ProgrammeFile.model_fields)
def test_every_part_of_the_programme_is_named(field: str) -> None:
    assert f"`{field}`" in DOCUMENT.partition("## programme.yaml")[2]
