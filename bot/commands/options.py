"""Options and arguments that several commands share."""

from typing import Annotated, Literal

import typer

LARGEST_NUMBER = 2**31 - 1  # what every database keeps as a row's number

Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
OfficeName = Annotated[
    str | None,
    typer.Option("--office", help="Name or number of the office; the first one when left out."),
]
Number = Annotated[int, typer.Argument(min=1, max=LARGEST_NUMBER, help="Its number.")]
CohortOption = Annotated[
    int | None,
    typer.Option("--cohort", min=1, max=LARGEST_NUMBER, help="Number of the cohort."),
]
ParticipantOption = Annotated[
    int | None,
    typer.Option("--participant", min=1, max=LARGEST_NUMBER, help="Number of the participant."),
]
Language = Literal["nb", "nn", "en"]
Email = Annotated[str, typer.Argument(help="E-mail address of somebody on staff.")]
AT_HELP = 'When: "2026-12-01 10:00" on the office\'s clock, "tomorrow 10:00" or "in 90 seconds".'
