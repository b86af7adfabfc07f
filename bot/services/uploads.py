"""Photos and files that a step asked for: taking the reference, and showing staff where they are."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import run_state
from bot.domain.errors import NotFound
from bot.domain.messages import Question
from bot.domain.people import Participant, Staff
from bot.domain.run_events import AnswerGiven, OtherMedia
from bot.domain.steps.upload import TAKES, UPLOAD
from bot.domain.uploads import KIND, MAX_BYTES, Upload, read_upload
from bot.services.participants import participant_for
from bot.services.ports import UnitOfWork
from bot.services.questions import after_answer
from bot.services.runs import advance
from bot.services.speaking import say
from bot.services.typed_answers import run_of, still_listens


def upload_answered(
    uow: UnitOfWork,
    participant: Participant,
    question: Question | None,
    media: OtherMedia,
    *,
    size: int = 0,
) -> bool | None:
    """Hand media to the `upload` step that waits for some.

    Args:
        size: In bytes; 0 when Telegram did not say.

    Returns:
        Whether it was taken as the answer, or None when no such step waits.
    """
    run = run_of(uow, question)
    if run is None or question is None:
        return None
    flow = uow.pack_version(run.content_version_id).flows[run.flow_key]
    step = flow.step(run_state.load(run.state).step_key or "")
    if step is None or step.kind != UPLOAD.code or not still_listens(uow, question, step):
        return None
    if size > MAX_BYTES:
        # No attempt is wasted: it is the right thing, only too much of it.
        say(uow, participant, "run.file_too_large", {"megabytes": MAX_BYTES // 1024**2})
        return False
    if media.file_id and media.kind in [TAKES[take] for take in step.takes]:
        say(uow, participant, "run.upload_received")  # before what comes next
    outcome = advance(uow, participant, run, media)
    after_answer(uow, participant, outcome)
    return any(isinstance(event, AnswerGiven) for event in outcome.events)


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
