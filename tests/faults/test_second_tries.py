"""What the short form tries once more: what may be slowness, never what was lost, doubled or wrong."""

from collections import deque
from collections.abc import Iterator

import pytest

from benchmarks.faults.__main__ import run_lane
from benchmarks.faults.lab import NORMAL, SHORT, Lab
from benchmarks.faults.outcomes import SQLITE, Line, Outcome, Row, Verdict
from benchmarks.faults.program import NotInTime


def lost() -> Outcome:
    outcome = Outcome()
    outcome.must(False, "1 lost")
    outcome.must_in_time(False, "too slow")
    return outcome


def late() -> Outcome:
    outcome = Outcome()
    outcome.must(True, "0 lost")
    outcome.must_in_time(False, "too slow")
    return outcome


def not_carried_out() -> Outcome:
    raise NotInTime("the program is ready: not within 120 s")


@pytest.fixture(params=[SHORT])
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    lab = Lab(scale=request.param)
    yield lab
    lab.close()


def tried(lab: Lab, first: object, then: object = Outcome) -> tuple[list[Verdict], list[str]]:
    """The verdicts noted when a row gives these one after the other, and what was tried twice."""
    outcomes, noted = iter([first, then]), list[Line]()

    def run(*_: object) -> Outcome:
        outcome: Outcome = next(outcomes)()  # type: ignore[operator]
        return outcome

    again = run_lane(lab, deque([Row(7, "a fault", run)]), SQLITE, noted.append)
    return [line.verdict for line in noted], again


@pytest.mark.parametrize("first", [late, not_carried_out])
def test_a_row_that_may_be_slow_is_tried_once_more(lab: Lab, first: object) -> None:
    once, twice = tried(lab, first), tried(lab, first, first)

    assert once == ([Verdict.HOLDS], ["7 (sqlite)"])
    assert twice == ([Verdict.FAILS], ["7 (sqlite)"])


def test_a_row_that_lost_something_fails_at_once(lab: Lab) -> None:
    verdicts = tried(lab, lost)

    assert verdicts == ([Verdict.FAILS], [])


@pytest.mark.parametrize("lab", [NORMAL], indirect=True)
def test_the_other_forms_try_once(lab: Lab) -> None:
    verdicts = tried(lab, late)

    assert verdicts == ([Verdict.FAILS], [])
