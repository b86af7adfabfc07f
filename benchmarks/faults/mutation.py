"""Shows that the matrix catches every deliberate mistake."""

from __future__ import annotations

import time
from collections.abc import Sequence

from benchmarks.faults import program
from benchmarks.faults.lab import SHORT, Lab
from benchmarks.faults.mutants import MUTANTS
from benchmarks.faults.rows import ROWS

# A mutant that loses something is found by waiting for it in vain.
PATIENCE = 0.5


def catches(name: str, *, seed: int = 1) -> str:
    """Run the mutant's row in its short form; what the row complained of, "" when it saw nothing."""
    mutant = MUTANTS[name]
    row = next(row for row in ROWS if row.number == mutant.row)
    assert row.run is not None
    lab = Lab(seed=seed, scale=SHORT, mutant=name)
    usual, program.patience = program.patience, PATIENCE
    try:
        outcome = row.run(lab, mutant.database)
    except program.ProgramEnded as ended:
        print(f"{name} does not even start: {str(ended)[-300:]}", flush=True)
        return ""
    except Exception as error:  # the row could not even be carried out
        return " ".join(str(error).split())[:160] or type(error).__name__
    finally:
        program.patience = usual
        lab.close()
    return "; ".join(outcome.broken)


def run_mutants(names: Sequence[str], *, seed: int) -> int:
    """Print one line per mutant; 1 when one was not caught."""
    missed = 0
    for name in MUTANTS if list(names) == ["all"] else names:
        begun = time.monotonic()
        complaint = catches(name, seed=seed)
        missed += not complaint
        verdict = "caught" if complaint else "MISSED"
        took = time.monotonic() - begun
        print(
            f"{verdict} {name:<24} row {MUTANTS[name].row:>2}  {complaint[:130]}  [{took:.0f} s]",
            flush=True,
        )
    print(f"{missed} missed")
    return 1 if missed else 0
