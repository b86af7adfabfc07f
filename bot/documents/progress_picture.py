"""Somebody's way through a course as a small picture."""

from __future__ import annotations

from typing import Any

from bot.documents.colours import PALETTE
from bot.documents.label_files import labels_of, written_language
from bot.documents.picture_setting import set_picture
from bot.documents.pictures import Picture, printable
from bot.domain.course_progress import CourseProgress

MAX_ALT_CHARS = 900  # a caption holds 1024, and may have words of its own


def render_progress(progress: CourseProgress, *, language: str) -> Picture:
    """Return the picture and its alternative text; bokmål for a language we do not write.

    Raises:
        DocumentFailed: It could not be made.
    """
    language = written_language(language)
    labels = labels_of("progress", language)
    number = "one" if progress.lessons == 1 else "other"
    summary = labels["parts_done"][number].format(done=progress.done, lessons=progress.lessons)
    warm = labels[_how_far(progress)]
    values = {
        "language": language,
        "colours": PALETTE,
        "title": printable(progress.title),
        "summary": summary,
        "share": progress.done / progress.lessons,
        "warm": warm,
        "modules": [
            {
                "title": printable(module.title),
                "done": module.done,
                "lessons": module.lessons,
                "counted": labels["finished"]
                if module.is_done
                else labels["of"].format(done=module.done, lessons=module.lessons),
            }
            for module in progress.modules
        ],
    }
    return Picture(
        png=set_picture("progress", values), alt_text=_in_words(progress, labels, summary, warm)
    )


def _how_far(progress: CourseProgress) -> str:
    if progress.is_done:
        return "all_done"
    return "under_way" if progress.done else "not_begun"


def _in_words(progress: CourseProgress, labels: dict[str, Any], summary: str, warm: str) -> str:
    start = f"{progress.title}. {summary}."
    modules = " ".join(
        labels["alt_module"].format(title=module.title, done=module.done, lessons=module.lessons)
        for module in progress.modules
    )
    told = f"{start} {modules} {warm}"
    if len(progress.modules) == 1 or len(told) > MAX_ALT_CHARS:
        return f"{start} {warm}"
    return told
