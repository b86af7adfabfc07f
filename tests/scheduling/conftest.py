"""An office, sample rules that note when they fired, and clocks that a test moves."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.domain.planning import Occurrence
from bot.services import occurrences, sweep
from bot.services.ports import UnitOfWork
from tests.real_office import RealOffice, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RealOffice]:
    with open_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def fired(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, datetime]]:
    """What the sample rules fired, and when by the program's clock."""
    seen: list[tuple[str, datetime]] = []

    def note(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
        seen.append((occurrence.subject, uow.now))
        return occurrences.Done()

    def fail(uow: UnitOfWork, occurrence: Occurrence) -> occurrences.Result:
        seen.append((occurrence.subject, uow.now))
        raise ValueError("sample")

    monkeypatch.setattr(sweep, "RULES", {"note": note, "fail": fail})
    return seen


def plan(office: RealOffice, subject: str, at: datetime, *, rule: str = "note") -> None:
    office.do(occurrences.plan, office.amina, rule=rule, subject=subject, revision="1", due_at=at)
