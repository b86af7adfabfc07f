"""Photos and files that a step asked for: taking the reference, and showing staff where they are."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import run_state
from bot.domain.errors import NotFound
from bot.domain.flows import Step
from bot.domain.messages import Question
from bot.domain.people import Participant, Staff
from bot.domain.question_subjects import asked_by
from bot.domain.run_events import AnswerGiven, OtherMedia
from bot.domain.steps.upload import TAKES, UPLOAD, upload_value
from bot.domain.uploads import KIND, MAX_BYTES, Upload, read_upload
from bot.services.participants import participant_for
from bot.services.ports import UnitOfWork
from bot.services.questions import after_answer
from bot.services.run_host import keep_words
from bot.services.runs import advance
from bot.services.speaking import REPLY, Sending, say
from bot.services.typed_answers import run_of, still_listens

TOO_LARGE = "run.file_too_large"
LONGEST_ANSWER = 40  # characters, of a question's column


def upload_answered(
    uow: UnitOfWork,
    participant: Participant,
    question: Question | None,
    media: OtherMedia,
    *,
    size: int = 0,
    album: str = "",
) -> bool | None:
    """Hand media to the `upload` step that waits for some.

    What was sent together with an answer belongs to that answer, whatever is asked by now.

    Args:
        size: In bytes; 0 when Telegram did not say.
        album: Names what was sent together; "" for what came alone.

    Returns:
        Whether it was taken as the answer, or None when no such step waits.
    """
    if album:
        answered = uow.questions.answered_with(participant.id, _named(album))
        if answered is not None:
            return _goes_with(uow, participant, answered, media, size=size, album=album)
    run = run_of(uow, question)
    if run is None or question is None:
        return None
    flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
    step = flow.step(run_state.load(run.state).step_key or "")
    if step is None or step.kind != UPLOAD.code or not still_listens(uow, question, step):
        return None
    if size > MAX_BYTES:
        # No attempt is wasted: it is the right thing, only too much of it.
        _say_once(uow, participant, TOO_LARGE, {"megabytes": MAX_BYTES // 1024**2}, album=album)
        return False
    if _takes(step, media):
        say(uow, participant, "run.upload_received")  # before what comes next
    outcome = advance(uow, participant, run, media)
    after_answer(uow, participant, outcome)
    is_answer = any(isinstance(event, AnswerGiven) for event in outcome.events)
    if is_answer and album:
        asked = uow.questions.get(question.id)
        uow.questions.save(replace(asked, answer=_named(album)))
    return is_answer


def _goes_with(
    uow: UnitOfWork,
    participant: Participant,
    answered: Question,
    media: OtherMedia,
    *,
    size: int,
    album: str,
) -> bool | None:
    """Keep it beside the first of its album, as `upload_answered` does."""
    by = asked_by(answered.subject)
    if by is None:
        return None
    run = uow.runs.get(by[0])
    flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
    step = flow.step(by[1])
    if step is None or not _takes(step, media):
        return None
    if size > MAX_BYTES:
        _say_once(uow, participant, TOO_LARGE, {"megabytes": MAX_BYTES // 1024**2}, album=album)
        return False
    if step.key in flow.own_steps:  # a value of their own is one file
        _say_once(uow, participant, "run.first_file_kept", {}, album=album)
        return False
    keep_words(uow, participant, run, step.key, upload_value(media), kind=KIND)
    return True


def _takes(step: Step, media: OtherMedia) -> bool:
    return bool(media.file_id) and media.kind in [TAKES[take] for take in step.takes]


def _named(album: str) -> str:
    return f"album:{album}"[:LONGEST_ANSWER]


def _say_once(
    uow: UnitOfWork, participant: Participant, key: str, values: dict[str, object], *, album: str
) -> None:
    """Once for all that was sent together."""
    how = Sending(key=f"{key}:{participant.id}:{album}") if album else REPLY
    say(uow, participant, key, values, how=how)


def open_upload(uow: UnitOfWork, staff: Staff, participant_id: int, text_id: int) -> Upload:
    """What staff open from the participant's page; whoever is first is on record as its reader.

    Raises:
        NotFound: It is another office's, or no file.
    """
    participant = participant_for(uow, staff, participant_id)
    text = uow.free_texts.get(text_id)
    upload = read_upload(text.text) if text.kind == KIND else None
    if text.participant_id != participant.id or upload is None:
        raise NotFound("There is no such file.")
    if text.seen_by is None:
        uow.free_texts.save(replace(text, seen_at=uow.now, seen_by=staff.id))
    return upload
