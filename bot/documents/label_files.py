"""The labels of the budget, the progress picture and the certificate, in labels/<subject>.yaml."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date

_FOLDER = Path(__file__).parent / "labels"
# English as it is written in Europe: "22 November 2026".
_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def written_language(language: str) -> str:
    """The language itself, or bokmål for one that we do not write."""
    return language if language in _LOCALES else "nb"


def labels_of(subject: str, language: str) -> dict[str, Any]:
    """What stands in labels/<subject>.yaml in a language that we write."""
    return _all_labels(subject)[language]


@cache
def _all_labels(subject: str) -> dict[str, dict[str, Any]]:
    source = (_FOLDER / f"{subject}.yaml").read_text("utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(source)
    return loaded


def day(on: date, language: str) -> str:
    """Return "22. november 2026"."""
    return str(format_date(on, "long", locale=_LOCALES[language]))
