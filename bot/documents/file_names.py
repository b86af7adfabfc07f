"""What a file is called on the phone of whoever gets it: "CV Ada Eksempel.pdf"."""

from __future__ import annotations

import unicodedata

from bot.documents.words import words_in

_MOST_CHARS_OF_A_NAME = 60
# Letters, marks and digits of any script; joiners, without which some scripts are misspelt.
_KEPT_CATEGORIES = "LMN"
_KEPT_SIGNS = frozenset(" -'’.\u200c\u200d")


def file_name(document: str, extension: str, *, language: str, name: str = "") -> str:
    """Return the document's word in the language, and the person's own name if it is given.

    Nothing in it means anything to a file system: no slashes, colons, invisible signs, and no full
    stop at the ends.
    """
    parts = (words_in(language)(f"file_names.{document}"), _safe(name))
    return f"{' '.join(part for part in parts if part)}.{extension}"


def _safe(name: str) -> str:
    kept = "".join(
        sign if unicodedata.category(sign)[0] in _KEPT_CATEGORIES or sign in _KEPT_SIGNS else " "
        for sign in unicodedata.normalize("NFC", name)
    )
    words = [word for word in kept.split() if any(sign.isalnum() for sign in word)]
    return " ".join(words)[:_MOST_CHARS_OF_A_NAME].strip(" .-'’")
