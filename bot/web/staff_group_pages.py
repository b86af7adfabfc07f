"""The form by which a coordinator switches the office's staff group off."""

from __future__ import annotations

from starlette.responses import Response

from bot.services.console_group import have_group_off
from bot.web.visits import Visit


async def switch_off(visit: Visit) -> Response:
    """POST /staff-group/off"""
    await visit.storage.run(have_group_off, visit.desk.staff)
    return visit.go("/cases", done="group_off")
