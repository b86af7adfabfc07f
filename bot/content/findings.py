"""What is wrong with a pack and where: located findings, and the error that carries them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bot.domain.errors import BadContent


class Severity(StrEnum):
    ERROR = "error"  # the pack is refused
    WARNING = "warning"  # the pack works; somebody should look


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem; `line` counts from 1, and 0 means the whole file."""

    path: str
    line: int
    message: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class BadPack(BadContent):
    """A pack was refused; `findings` are all its problems, the text names the errors one a line."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = in_reading_order(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings if finding.is_error))


def in_reading_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by file and line, each finding once."""
    return tuple(
        sorted(set(findings), key=lambda f: (f.path, f.line, f.severity, f.message)),
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ", did you mean `x`?" when one of `known` is close to `word`, otherwise ""."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f", did you mean `{close[0]}`?" if close else ""


def listed(words: Sequence[str]) -> str:
    """Return "`a`, `b` and `c`"."""
    quoted = [f"`{word}`" for word in words]
    return " and ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)
