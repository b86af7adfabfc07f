"""What a pack holds, in numbers: for people who look after many texts, and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.content.assembling import FlowParts, read_parts
from bot.content.findings import Finding
from bot.content.languages import LANGUAGES, ORIGINAL
from bot.content.loading import read_folder
from bot.content.models import ModuleFile, ModuleTexts
from bot.content.readability import lix, read_together
from bot.content.text_pieces import text_pieces

PREFIXES = {"module": "modules", "check_in": "check_ins"}


def summary_of(folder: Path, findings: Sequence[Finding]) -> dict[str, object]:
    """Languages, modules with their lessons, texts per language, findings by severity.

    Raises:
        BadContent: `folder` is not a folder.
    """
    files, _ = read_folder(folder)
    parts = read_parts(files)
    texts = Counter(piece.language for piece in text_pieces(parts))
    flows = {key: _flow(flow) for key, flow in sorted(parts.flows.items())}
    return {
        "languages": [language for language in LANGUAGES if texts[language]],
        "texts": {language: texts[language] for language in LANGUAGES},
        **{
            name: [flow for key, flow in flows.items() if key.startswith(f"{prefix}:")]
            for prefix, name in PREFIXES.items()
        },
        "facts": len(parts.facts),
        "help_lines": len(parts.help_lines),
        "findings": Counter(str(finding.severity) for finding in findings),
    }


def _flow(flow: FlowParts) -> dict[str, object]:
    found: dict[str, object] = {"key": flow.flow_key.partition(":")[2]}
    found["title"] = {language: texts.title for language, (_, texts) in flow.texts.items()}
    if flow.structure is not None and isinstance(flow.structure[1], ModuleFile):
        found["lessons"] = [_lesson(flow, lesson.key) for lesson in flow.structure[1].lessons]
    return found


def _lesson(flow: FlowParts, key: str) -> Mapping[str, object]:
    title, reading = "", {}
    for language, (_, texts) in flow.texts.items():
        lesson = texts.lessons.get(key) if isinstance(texts, ModuleTexts) else None
        if lesson is None:
            continue
        title = lesson.title if language == ORIGINAL or not title else title
        reading[language] = round(lix(read_together(lesson.steps.values())))
    return {"key": key, "title": title, "lix": reading}
