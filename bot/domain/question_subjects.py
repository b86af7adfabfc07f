"""What a question of a lesson or check-in is about: the run, and the step that asks."""

from __future__ import annotations

LONGEST_SUBJECT = 80  # characters, of its column
_RUN = "run"


def question_subject(run_id: int, step_key: str) -> str:
    """Cut to its column: a key as long as that is then found nowhere."""
    return f"{_RUN}:{run_id}:{step_key}"[:LONGEST_SUBJECT]


def asked_by(subject: str) -> tuple[int, str] | None:
    """Run and step; None for anything else, and for what a release before this one has asked."""
    kind, _, rest = subject.partition(":")
    number, _, step_key = rest.partition(":")
    return (int(number), step_key) if kind == _RUN and number.isdecimal() and step_key else None
