"""`python -m bot.documents`: one request as JSON on standard input, its files as JSON on standard output.

A process of its own, so that fonts and typesetting take no memory of the program that lives for
months. What people wrote passes through the two pipes and through nothing else.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict

from bot.documents.requests import made_from
from bot.domain.errors import DocumentFailed

LONGEST_S = 60  # whoever asked may be gone; nobody waits any longer than this
_NICENESS = 5  # people who are waiting for an answer go first


def answer_to(request: str | bytes) -> dict[str, object]:
    """Return {"made": …}, or {"failed": one sentence or the name of an error}."""
    try:
        return {"made": asdict(made_from(json.loads(request)))}
    except DocumentFailed as failure:
        return {"failed": str(failure)}
    except Exception as error:  # its own words may quote the person's: its name must do
        return {"failed": f"The files could not be made ({type(error).__name__})."}


def main() -> None:
    signal.alarm(LONGEST_S)
    os.nice(_NICENESS)
    answer = answer_to(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
