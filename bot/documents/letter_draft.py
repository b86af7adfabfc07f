"""Drafting an application letter from a person's own answers; what was not answered is left out."""

from __future__ import annotations

import re

from bot.documents.reading_direction import reads_from_the_right
from bot.documents.words import DocumentWords, words_in
from bot.domain.cv import Cv, Experience, Letter, LetterAnswers
from bot.domain.cv_tidying import tidy_answers, tidy_cv

_BECAUSE = re.compile(r"(?:fordi|because)\b", re.IGNORECASE)
_STARTS_A_SENTENCE = re.compile(r"(?:jeg|eg|i|i'm|i’m|man|så)\b", re.IGNORECASE)
_MOST_WORDS_OF_A_TRADE = 4
_NO_TRADE = re.compile(
    r"[?!.,:;%\d]|jobb|praksis|arbeid\b|utplassering|\bjobs?\b|placement|practice|\bwork\b",
    re.IGNORECASE,
)


def draft_letter(answers: LetterAnswers, cv: Cv, *, language: str) -> Letter:
    """Return a letter in plain, warm words that the person can change.

    What the person wrote stands in the person's own words; nothing is claimed that was not
    said there or in the CV.
    """
    words = words_in(language)
    told, known = tidy_answers(answers), tidy_cv(cv)
    paragraphs = (
        *_together(_applies(told, words), _reason(told.why, words)),
        *_together(_background(told, known, words), _sentences(told.fits)),
        *_together(_licence(known, words), _start(told.can_start, words)),
        *_together(words("letter.talk"), _reach(known, words)),
    )
    return Letter(
        name=known.name,
        contact=known.contact,
        workplace=told.workplace,
        heading=_heading(told, words),
        greeting=words("letter.greeting_to", name=told.greets)
        if told.greets
        else words("letter.greeting"),
        paragraphs=paragraphs,
        closing=words("letter.closing"),
    )


def _heading(told: LetterAnswers, words: DocumentWords) -> str:
    if told.advert_title:
        return words("letter.heading", title=told.advert_title)
    if told.workplace:
        return words("letter.heading_at", workplace=told.workplace)
    return words("letter.heading_plain")


def _applies(told: LetterAnswers, words: DocumentWords) -> str:
    title, workplace = told.advert_title, told.workplace
    if not title:
        kind = "workplace" if workplace else "plain"
        return words(f"letter.applies.{kind}", workplace=workplace)
    kind = "title" if _is_a_trade(title) else "named"
    if kind == "title":
        title = _within_a_sentence(title)
    where = "_workplace" if workplace else ""
    return words(f"letter.applies.{kind}{where}", title=title, workplace=workplace)


def _reason(why: str, words: DocumentWords) -> str:
    if _BECAUSE.match(why):
        return words("letter.because", because=_sentences(why[:1].lower() + why[1:], first=False))
    return _sentences(why)


def _background(told: LetterAnswers, cv: Cv, words: DocumentWords) -> str:
    """One sentence about the newest job, else school, else voluntary work; unless just told."""
    for kind, entries in (
        ("worked", cv.jobs),
        ("learned", cv.education),
        ("helped", cv.volunteering),
    ):
        known = next((one for one in entries if one.title or one.place), None)
        if known is not None:
            return "" if _is_told(known, told.fits) else _experience(kind, known, words)
    return ""


def _experience(kind: str, one: Experience, words: DocumentWords) -> str:
    title = one.title if kind == "learned" else _within_a_sentence(one.title)
    parts = []
    if title:
        parts.append("trade" if kind == "worked" and _is_a_trade(title) else "title")
    if one.place:
        parts.append("place")
    key = f"letter.{kind}.{'_'.join(parts)}"
    return words(key, title=title.rstrip("."), place=one.place.rstrip("."))


def _is_told(one: Experience, fits: str) -> bool:
    said = fits.lower()
    return any(part and part.lower() in said for part in (one.title, one.place))


def _licence(cv: Cv, words: DocumentWords) -> str:
    classes = words.driving_licence(cv.driving_licence)
    if classes == cv.driving_licence:
        # Own words, such as "øvelseskjører", are no claim to have one.
        return ""
    return words("letter.drives", classes=classes[:1].lower() + classes[1:])


def _start(when: str, words: DocumentWords) -> str:
    if not when:
        return ""
    if _STARTS_A_SENTENCE.match(when):
        return _sentences(when)
    bare = when.rstrip(" .")
    day = "can_start_day" if bare[0].isdigit() else "can_start"
    return words(f"letter.{day}", when=_within_a_sentence(bare))


def _reach(cv: Cv, words: DocumentWords) -> str:
    phone, email = cv.contact.phone, cv.contact.email
    if phone and email:
        return words("letter.reach.both", phone=phone, email=email)
    return words("letter.reach.one", one=phone or email) if phone or email else ""


def _is_a_trade(title: str) -> bool:
    """Whether a title says what somebody works as: "kokk", but not "sommerjobb i parken"."""
    return len(title.split()) <= _MOST_WORDS_OF_A_TRADE and not _NO_TRADE.search(title)


def _within_a_sentence(text: str) -> str:
    """Lower case at the start, but for names of one letter and words in capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _sentences(text: str, *, first: bool = True) -> str:
    """Each line as a sentence: a capital first, a full stop last."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    begun = [line[:1].upper() + line[1:] if first or at else line for at, line in enumerate(lines)]
    return " ".join(line if line[-1] in ".!?…" else f"{line}." for line in begun)


def _together(*sentences: str) -> tuple[str, ...]:
    """One paragraph of what was said, or one each where they read in different directions."""
    said = [sentence for sentence in sentences if sentence]
    if len({reads_from_the_right(sentence) for sentence in said}) > 1:
        return tuple(said)
    return (" ".join(said),) if said else ()
