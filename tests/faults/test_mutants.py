"""The matrix catches deliberate mistakes; here the quick ones, `make faults ARGS=--mutants` runs all."""

import pytest

from benchmarks.faults.lab import SHORT, Lab
from benchmarks.faults.mutants import MUTANTS
from benchmarks.faults.mutation import catches
from benchmarks.faults.outbound import refused_before
from benchmarks.faults.outcomes import Verdict
from benchmarks.faults.rows import ROWS


@pytest.mark.parametrize("name", ["sent-before-sending", "dedupe-by-greater-than"])
def test_the_matrix_catches_a_mistake(name: str) -> None:
    complaint = catches(name)

    assert complaint


def test_the_same_row_holds_without_the_mistake() -> None:
    lab = Lab(scale=SHORT)
    try:
        outcome = refused_before(lab, "sqlite")
    finally:
        lab.close()

    assert (outcome.verdict, outcome.broken) == (Verdict.HOLDS, [])


def test_every_mistake_has_a_row_that_runs() -> None:
    running = {row.number for row in ROWS if row.run is not None}

    assert {mutant.row for mutant in MUTANTS.values()} <= running
    assert len(MUTANTS) >= 10


def test_the_matrix_has_every_row_once() -> None:
    numbers = [row.number for row in ROWS]

    assert numbers == list(range(1, 33))
