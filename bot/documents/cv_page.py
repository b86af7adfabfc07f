"""The CV's parts as its layout takes them, whole or shortened to fit a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents.fitting import Look
from bot.documents.page_texts import PageTexts, Said
from bot.documents.words import DocumentWords
from bot.domain.cv import Cv, Experience
from bot.domain.cv_tidying import tidy_lines, tidy_text


@dataclass(frozen=True, slots=True)
class CvCut:
    """How much of a CV is shown. The newest entries keep more of what was done there."""

    jobs: int = 99
    others: int = 99
    title_chars: int = 999
    did_chars_newest: int = 9999
    did_chars_rest: int = 9999
    lines_newest: int = 99
    newest: int = 99
    about_chars: int = 9999
    side_chars: int = 9999  # of each text in the narrow column
    contact_chars: int = 9999


CUTS = (
    CvCut(),
    CvCut(newest=3, did_chars_newest=420, lines_newest=4, did_chars_rest=160, about_chars=500),
    CvCut(newest=3, did_chars_newest=300, lines_newest=3, did_chars_rest=80, about_chars=400),
    CvCut(newest=3, did_chars_newest=240, lines_newest=3, did_chars_rest=0, about_chars=350),
    CvCut(newest=2, did_chars_newest=160, lines_newest=2, did_chars_rest=0, about_chars=300),
    CvCut(
        jobs=15, others=6, newest=1, did_chars_newest=120, lines_newest=1, did_chars_rest=0,
        title_chars=70, about_chars=250, side_chars=150,
    ),
    CvCut(
        jobs=15, others=4, did_chars_newest=0, did_chars_rest=0,
        title_chars=60, about_chars=200, side_chars=100,
    ),
    CvCut(
        jobs=10, others=3, did_chars_newest=0, did_chars_rest=0,
        title_chars=50, about_chars=160, side_chars=70,
    ),
    CvCut(
        jobs=6, others=2, did_chars_newest=0, did_chars_rest=0,
        title_chars=40, about_chars=100, side_chars=40, contact_chars=40,
    ),
)  # fmt: skip

Part = dict[str, object]


def cv_values(
    cv: Cv, words: DocumentWords, cut: CvCut, look: Look, texts: PageTexts
) -> dict[str, object]:
    """The values of cv.typ; empty parts are left out with their titles."""
    named = texts.name(cv.name)
    plain_name = str(named["text"]).replace("\u200b", "")
    main = [
        _lines(words("about"), tidy_lines(cv.about, cut.about_chars), texts),
        _entries(words("jobs"), cv.jobs, cut.jobs, cut, words, texts),
        _entries(words("education"), cv.education, cut.others, cut, words, texts),
        _entries(words("volunteering"), cv.volunteering, cut.others, cut, words, texts),
    ]
    return {
        "look": {"size": look.size, "air": look.air},
        "language": words.language,
        "region": words.tag.split("-")[1],
        "title": words("title_of_cv", name=plain_name) if plain_name else words("cv"),
        "author": [plain_name] if plain_name else [],
        "labels": {"cv": words("cv")},
        "name": named,
        "main": [part for part in main if part],
        "side": [part for part in _side(cv, words, cut, texts) if part],
    }


def _side(cv: Cv, words: DocumentWords, cut: CvCut, texts: PageTexts) -> list[Part | None]:
    def short(text: str) -> str:
        return tidy_lines(text, cut.side_chars)

    reach = [texts.reach(tidy_text(line, cut.contact_chars)) for line in cv.contact.lines()]
    languages = [
        {"name": texts.said(short(one.name)), "level": texts.said(short(words.level(one.level)))}
        for one in cv.languages[: cut.others]
    ]
    return [
        _part("reach", words("contact"), "lines", [one for one in reach if one["text"]]),
        _part("languages", words("languages"), "languages", languages),
        _lines(words("driving_licence"), short(words.driving_licence(cv.driving_licence)), texts),
        _entries(words("courses"), cv.courses, cut.others, cut, words, texts),
        _lines(words("interests"), short(" · ".join(cv.interests[: cut.others])), texts),
        _lines(words("references"), short(words.references_of(cv)), texts),
    ]


def _part(kind: str, title: str, key: str, values: Sequence[object]) -> Part | None:
    return {"kind": kind, "title": title, key: list(values)} if values else None


def _lines(title: str, text: str, texts: PageTexts) -> Part | None:
    return _part("lines", title, "lines", texts.lines(text))


def _entries(
    title: str,
    entries: Sequence[Experience],
    shown: int,
    cut: CvCut,
    words: DocumentWords,
    texts: PageTexts,
) -> Part | None:
    found = [
        _entry(one, cut, words, texts, is_newest=number < cut.newest)
        for number, one in enumerate(entries[:shown])
    ]
    found = [one for one in found if one["did"] or _has_words(one)]
    if not found:
        return None
    hidden = max(0, len(entries) - shown)
    more = words.count("more", hidden) if hidden else ""
    return {"kind": "entries", "title": title, "entries": found, "more": more}


def _entry(
    one: Experience, cut: CvCut, words: DocumentWords, texts: PageTexts, *, is_newest: bool
) -> dict[str, object]:
    chars = cut.did_chars_newest if is_newest else cut.did_chars_rest
    did = (
        tidy_lines(one.did, chars, max_lines=cut.lines_newest if is_newest else 1) if chars else ""
    )
    if cut == CUTS[0]:
        did = one.did
    return {
        "title": texts.said(tidy_text(one.title, cut.title_chars)),
        "place": texts.said(tidy_text(one.place, cut.title_chars)),
        "period": texts.said(words.period(one.period)),
        "did": texts.lines(did) if did else [],
    }


def _has_words(entry: dict[str, object]) -> bool:
    said: list[Said] = [entry["title"], entry["place"]]  # type: ignore[list-item]
    return any(one["text"] for one in said)
