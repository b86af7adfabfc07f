"""Options that commands about content share."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path | None,
    typer.Argument(help="Folder of the pack; TETTPA_CONTENT_DIR or the one that comes along."),
]
IsDraft = Annotated[bool, typer.Option("--draft", help="The office's draft instead of a folder.")]
Why = Annotated[str, typer.Option("--why", help="Why, in a sentence: it stays with the version.")]
CorrectRuns = Annotated[
    bool,
    typer.Option(
        "--correct-runs",
        help="Urgent: also those in the middle get the new texts, where the structure is as it was.",
    ),
]
A_VERSION = "number, first letters of its name, `published` or `draft`"
