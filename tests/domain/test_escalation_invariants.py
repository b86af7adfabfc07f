"""The invariants of cases hold on thousands of random days (docs/cases.md)."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.domain.case_machine import CaseMachine

CaseMachine.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class TestCasesOnRandomDays(CaseMachine.TestCase):
    """Runs the machine; its rules and checks stand in case_machine.py and case_host.py."""
