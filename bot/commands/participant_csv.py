"""The CSV files of participants: whom to invite, and the codes that came of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import RuleBroken
from bot.domain.people import LANGUAGES, Participant

COLUMNS = ("first_name", "last_name", "language")
CODE_COLUMNS = ("number", "first_name", "last_name", "language", "code", "link")
MAX_BYTES = 5_000_000
MAX_NAME_CHARS = 200
MOST_NAMED = 10
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True, slots=True)
class NewParticipant:
    """One row that was found right."""

    first_name: str
    last_name: str
    language: str


def read_new_participants(file: Path) -> list[NewParticipant]:
    """Read and check every row; commas and semicolons both separate.

    Raises:
        RuleBroken: Names every wrong row by its number in the file, the heading being row 1.
    """
    reader = csv.reader(io.StringIO(_text_of(file)), delimiter=_delimiter(file), strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise RuleBroken(f"{file}, line {reader.line_num}: {error}; save it as CSV anew.") from None
    heading = [name.strip().lower() for name in lines[0]] if lines else []
    _check_heading(file, heading)
    rows = [
        (number, line)
        for number, line in enumerate(lines[1:], start=2)
        if any(map(str.strip, line))
    ]
    if not rows:
        raise RuleBroken(f"{file} names nobody: add a row for each participant.")
    wrong = [
        f"row {number}: {problem}" for number, line in rows for problem in _problems(heading, line)
    ]
    if wrong:
        named = "; ".join(wrong[:MOST_NAMED])
        more = f"; and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
        raise RuleBroken(f"Nobody was invited, for {file} has mistakes: {named}{more}.")
    return [_newcomer(heading, line) for _, line in rows]


def codes_as_csv(rows: Iterable[tuple[Participant, str, str | None]]) -> str:
    """The codes as CSV, in the order of the file they came from."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(CODE_COLUMNS)
    for person, code, link in rows:
        names = (_harmless(person.first_name), _harmless(person.last_name))
        writer.writerow((person.id, *names, person.language, code, link or ""))
    return written.getvalue()


def _text_of(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise RuleBroken(f"{file} is larger than {MAX_BYTES // 1_000_000} MB: split it.")
        # utf-8-sig: spreadsheets put a mark in front that is not part of the first heading.
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RuleBroken(f"{file} cannot be read ({error.strerror}): name a CSV file.") from None
    except UnicodeDecodeError:
        raise RuleBroken(f'{file} is not UTF-8: save it as "CSV UTF-8".') from None


def _delimiter(file: Path) -> str:
    # Norwegian spreadsheets separate by semicolons; no heading of ours holds either sign.
    heading = _text_of(file).partition("\n")[0]
    return ";" if ";" in heading else ","


def _check_heading(file: Path, heading: Sequence[str]) -> None:
    right = "the first row must be first_name,last_name,language"
    unknown = [name for name in heading if name not in COLUMNS]
    if unknown:
        raise RuleBroken(f'{file}: there is no column "{unknown[0]}" here; {right}.')
    if "first_name" not in heading or len(set(heading)) != len(heading):
        raise RuleBroken(f"{file}: {right}, each once.")


def _problems(heading: Sequence[str], line: Sequence[str]) -> Iterator[str]:
    if len(line) > len(heading):
        yield f"has {len(line)} cells for {len(heading)} columns"
        return
    row = _newcomer(heading, line)
    if not row.first_name:
        yield "the first name is missing"
    if max(len(row.first_name), len(row.last_name)) > MAX_NAME_CHARS:
        yield f"a name is longer than {MAX_NAME_CHARS} characters"
    if row.language not in LANGUAGES:
        yield f'"{row.language}" is not a language here, use {", ".join(LANGUAGES)}'


def _newcomer(heading: Sequence[str], line: Sequence[str]) -> NewParticipant:
    cells = dict(zip(heading, (cell.replace("\x00", "").strip() for cell in line), strict=False))
    return NewParticipant(
        first_name=cells.get("first_name", ""),
        last_name=cells.get("last_name", ""),
        language=cells.get("language", "").lower() or LANGUAGES[0],
    )


def _harmless(name: str) -> str:
    """A spreadsheet would take a name that begins like a formula for one."""
    return f"'{name}" if name.startswith(_FORMULA_STARTS) else name
