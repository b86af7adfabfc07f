"""Whether translations still say what the original says: each remembers which original it was made from.

`translations.yaml` maps a language file to its texts, and each text to the mark of the bokmål it
was written from. It is kept by `tettpa content stamp`, not by hand. A pack without it is not judged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from bot.content.assembling import Parts
from bot.content.findings import Finding, Severity, did_you_mean
from bot.content.languages import ORIGINAL
from bot.content.text_pieces import TextPiece, text_pieces

FILE = "translations.yaml"
HEAD = "# Which bokmål each translation was made from. Kept by `tettpa content stamp`; not for editing.\n"
MARK_CHARS = 8

# Language file -> place of the text in it -> mark of its original.
Marks = dict[str, dict[str, str]]


def mark_of(original: str) -> str:
    """A short mark of an original text; blanks at its ends do not count."""
    return hashlib.sha256(original.strip().encode()).hexdigest()[:MARK_CHARS]


def marks_now(parts: Parts) -> Marks:
    """The marks that every translation would have if all were true to the originals of now."""
    originals = {
        piece.home: mark_of(piece.source)
        for piece in text_pieces(parts)
        if piece.language == ORIGINAL
    }
    found: Marks = {}
    for piece in text_pieces(parts):
        mark = originals.get(piece.home)
        if piece.language != ORIGINAL and mark is not None:
            found.setdefault(piece.document.path, {})[_name(piece)] = mark
    return found


def written(marks: Mapping[str, Mapping[str, str]]) -> str:
    """The marks as `translations.yaml` holds them, always in the same order."""
    lines = [HEAD]
    for path in sorted(marks):
        lines.append(f"{path}:\n")
        lines += [f"  {name}: {mark!r}\n" for name, mark in sorted(marks[path].items())]
    return "".join(lines).replace("'", '"')


def translation_problems(parts: Parts) -> Iterator[Finding]:
    """Translations whose original has changed since, and those nobody has confirmed."""
    if parts.translations is None:
        return
    document, kept = parts.translations
    now = marks_now(parts)
    for path in kept:
        if path not in now:
            hint = did_you_mean(path, now) or "; run `tettpa content stamp`"
            yield Finding(
                FILE, document.line(path), f"there is no file `{path}`{hint}", Severity.WARNING
            )
    for piece in text_pieces(parts):
        expected = now.get(piece.document.path, {}).get(_name(piece))
        found = kept.get(piece.document.path, {}).get(_name(piece))
        if piece.language != ORIGINAL and expected is not None and found != expected:
            yield _problem(piece, is_new=found is None)


def stamped(parts: Parts, *, language: str | None = None, under: str = "") -> Marks:
    """The marks after somebody looked: those chosen are new, the others stay as they were.

    Args:
        language: Only this one.
        under: Only files below this folder ("modules/cv"), or one file.
    """
    kept = parts.translations[1] if parts.translations else {}
    now = marks_now(parts)
    found: Marks = {}
    for path, marks in now.items():
        is_chosen = (language is None or path.endswith(f"/{language}.yaml")) and (
            path == under or path.startswith(f"{under}/" if under else "")
        )
        before = kept.get(path, {})
        of_file = {
            name: mark if is_chosen else before[name]
            for name, mark in marks.items()
            if is_chosen or name in before
        }
        if of_file:
            found[path] = of_file
    return found


def _problem(piece: TextPiece, *, is_new: bool) -> Finding:
    line = piece.document.line(*piece.place)
    what = (
        "nobody has confirmed this translation"
        if is_new
        else "the bokmål has changed since this was translated"
    )
    message = f"{what}; look at both, then run `tettpa content stamp`"
    return Finding(piece.document.path, line, message, Severity.WARNING)


def _name(piece: TextPiece) -> str:
    return ".".join(str(part) for part in piece.place)
