"""The command line `tettpa`: the start of the program by itself, every other command from the tree."""

from __future__ import annotations

import sys

from bot.commands.failures import complain
from bot.commands.starting import role_asked_for, start_alone


def main() -> None:
    """What the installed command `tettpa` runs."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal of another alphabet shows a code for what it lacks, and the command works.
            stream.reconfigure(errors="backslashreplace")
    if any("\udc80" <= character <= "\udcff" for word in sys.argv for character in word):
        complain("What was typed is not valid text (UTF-8): set the terminal to UTF-8.")
        sys.exit(2)
    role = role_asked_for(sys.argv[1:])
    if role is not None:
        # A process that runs for months does without what reads commands: 1.6 MB.
        sys.exit(start_alone(role))
    from bot.commands.tree import app

    app(prog_name="tettpa")


if __name__ == "__main__":
    main()
