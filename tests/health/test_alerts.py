"""The alarm rules name metrics that exist and say what to do."""

import re
from typing import Any

import pytest
import yaml

from tests.commands.command_line import REPOSITORY
from tests.health.conftest import a_process, asking
from tests.real_office import RealOffice

FILE = REPOSITORY / "docs" / "prometheus-alerts.yml"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]
]
LABELS = {
    "tettpa_outbox_oldest_due_age_seconds": {"lane"},
    "tettpa_oldest_due_age_seconds": {"kind"},
    "tettpa_outcomes_last_day": {"outcome"},
    "tettpa_clock_state": {"state"},
}


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_rule_says_what_it_means_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["alert"].startswith("Tettpa")
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "action"}
    assert all(len(words) > 20 for words in rule["annotations"].values())
    assert re.fullmatch(r"\d+[smhd]", rule.get("for", "0m"))


def test_no_two_rules_have_one_name() -> None:
    names = [rule["alert"] for rule in RULES]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_expression_is_balanced_and_keeps_the_labels_its_words_use(
    rule: dict[str, Any],
) -> None:
    expression = rule["expr"]
    for opens, closes in ("()", "{}", "[]"):
        assert expression.count(opens) == expression.count(closes)

    used = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
    kept = re.search(r"by \(([^)]*)\)", expression)

    assert used <= (set(kept[1].split(", ")) if kept else set())


async def test_every_metric_and_label_value_of_the_rules_exists(
    sqlite_office: RealOffice,
) -> None:
    async with asking(a_process(sqlite_office)) as client:
        exposition = (await client.get("/metrics")).text
    there = set(re.findall(r"^# TYPE (tettpa_\w+)", exposition, re.MULTILINE))

    for rule in RULES:
        named = set(re.findall(r"\btettpa_\w+", rule["expr"]))
        assert named, rule["alert"]
        assert named <= there, rule["alert"]
        for metric, matchers in re.findall(r"\b(tettpa_\w+)\{([^}]*)\}", rule["expr"]):
            for label, values in re.findall(r'(\w+)=~?"([^"]*)"', matchers):
                assert label in LABELS[metric]
                for value in values.split("|"):
                    assert f'{metric}{{{label}="{value}"}}' in exposition, rule["alert"]
