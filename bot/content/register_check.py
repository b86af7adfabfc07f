"""Whether facts and help lines still stand: sources, and dates that have passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.content.assembling import Parts
from bot.content.findings import Finding, Severity
from bot.content.yaml_source import Document


def register_problems(parts: Parts, today: date) -> Iterator[Finding]:
    if parts.facts_document is not None:
        for key, fact in parts.facts.items():
            place: tuple[str | int, ...] = (key,)
            yield from _source_problems(parts.facts_document, fact.source, *place)
            yield from _date_problems(
                parts.facts_document, fact.checked_on, fact.review_on, today, *place
            )
    if parts.help_lines_document is not None:
        for index, line in parts.help_lines.items():
            yield from _source_problems(parts.help_lines_document, line.source, index)
            yield from _date_problems(
                parts.help_lines_document, line.checked_on, line.review_on, today, index
            )


def _source_problems(document: Document, source: str, *place: str | int) -> Iterator[Finding]:
    if not source.startswith("https://"):
        yield document.problem(
            "the source must be a link that begins with https://", *place, "source"
        )


def _date_problems(
    document: Document,
    checked_on: date,
    review_on: date | None,
    today: date,
    *place: str | int,
) -> Iterator[Finding]:
    if checked_on > today:
        yield document.problem(f"{checked_on} is in the future", *place, "checked_on")
    if review_on is None:
        return
    if review_on <= checked_on:
        yield document.problem("the review must come after the check", *place, "review_on")
    elif review_on <= today:
        line = document.line(*place, "review_on")
        message = f"the review was due on {review_on}; look at the source and set new dates"
        yield Finding(document.path, line, message, Severity.WARNING)
