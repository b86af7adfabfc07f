"""A file that a participant sent, handed through from Telegram to staff of their office."""

from __future__ import annotations

from urllib.parse import quote

import structlog
from starlette.responses import Response, StreamingResponse

from bot.domain.errors import DeliveryFailed, NotFound
from bot.services.ports.uploads import UploadSource
from bot.services.uploads import open_upload
from bot.web.visits import Handler, Visit, error_page

log = structlog.get_logger(__name__)


def uploaded_file(source: UploadSource | None) -> Handler:
    """GET /participants/{participant_id}/files/{text_id}: saved, never shown in the browser.

    Who opened which one is logged every time.
    """

    async def handler(visit: Visit) -> Response:
        staff, text_id = visit.desk.staff, visit.number("text_id")
        participant_id = visit.number("participant_id")
        upload = await visit.storage.run(open_upload, staff, participant_id, text_id)
        log.info("upload_opened", staff=staff.id, participant=participant_id, text=text_id)
        if source is None:
            return error_page(visit.request, 502, "error.file_not_now", visit.desk)
        try:
            pieces = await source.open(staff.office_id, upload.file_id)
        except NotFound:
            return error_page(visit.request, 404, "error.file_gone", visit.desk)
        except DeliveryFailed as failure:
            log.warning("upload_not_fetched", text=text_id, why=str(failure))
            return error_page(visit.request, 502, "error.file_not_now", visit.desk)
        name = quote(upload.filename, safe="")
        return StreamingResponse(
            pieces,
            # Whatever it says it is: a browser must run nothing a stranger has sent.
            media_type="application/octet-stream",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    return handler
