"""Every address of the console in one readable place."""

from __future__ import annotations

from datetime import timedelta

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.domain.errors import NotFound
from bot.services.logins import LOGIN_KEEPS
from bot.services.ports.uploads import UploadSource
from bot.web import case_pages, cohort_pages, participant_pages, staff_group_pages
from bot.web.login_pages import START, LoginPages
from bot.web.rendering import STATIC
from bot.web.security import SecureHeaders
from bot.web.storage_runner import StorageRunner
from bot.web.upload_pages import uploaded_file
from bot.web.visits import Handler, Visit, error_page, visited


def console_routes(
    storage: StorageRunner,
    *,
    secure_cookies: bool,
    login_keeps: timedelta = LOGIN_KEEPS,
    uploads: UploadSource | None = None,
) -> list[BaseRoute]:
    """The console as one mount at "/": put it last, for it answers every address.

    Args:
        secure_cookies: Whether people reach the console by https only.
        login_keeps: On the program's clock, which a rehearsal winds by days.
        uploads: Where files that participants sent are fetched from.
    """
    login = LoginPages(storage, secure_cookies=secure_cookies, keeps=login_keeps)

    def get(path: str, handler: Handler) -> Route:
        return Route(path, visited(storage, handler), methods=["GET"])

    def post(path: str, handler: Handler) -> Route:
        return Route(path, visited(storage, handler), methods=["POST"])

    routes: list[BaseRoute] = [
        Route("/login", login.ask, methods=["GET", "POST"]),
        Route("/login/{token}", login.link, methods=["GET", "POST"]),
        post("/logout", login.out),
        get("/", start),
        get("/cases", case_pages.cases),
        get("/cases/{case_id}", case_pages.case),
        post("/cases/{case_id}/take", case_pages.take),
        post("/cases/{case_id}/tried", case_pages.tried),
        post("/cases/{case_id}/snooze", case_pages.snooze),
        post("/cases/{case_id}/hand-over", case_pages.hand_over),
        post("/cases/{case_id}/close", case_pages.close),
        get("/participants", participant_pages.participants),
        get("/participants/{participant_id}", participant_pages.participant),
        post("/participants/{participant_id}/message", participant_pages.write_message),
        post("/participants/{participant_id}/read", participant_pages.mark_read),
        post("/participants/{participant_id}/code", participant_pages.make_code),
        get("/participants/{participant_id}/files/{text_id}", uploaded_file(uploads)),
        get("/cohorts", cohort_pages.cohorts),
        get("/cohorts/{cohort_id}", cohort_pages.cohort),
        get("/sessions/{session_id}", cohort_pages.programme_session),
        post("/sessions/{session_id}/attendance", cohort_pages.mark),
        post("/sessions/{session_id}/move", cohort_pages.move_it),
        post("/sessions/{session_id}/cancel", cohort_pages.cancel_it),
        post("/staff-group/off", staff_group_pages.switch_off),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
        # Unknown addresses are asked to sign in first, like all others.
        get("/{rest:path}", unknown),
    ]
    console = Starlette(
        routes=routes,
        middleware=[Middleware(SecureHeaders)],
        exception_handlers={HTTPException: refused},
    )
    return [Mount("/", app=console, name="console")]


async def start(visit: Visit) -> Response:
    return RedirectResponse(START, 303)


async def unknown(visit: Visit) -> Response:
    raise NotFound("There is no such page.")


async def refused(request: Request, error: Exception) -> Response:
    """What the router itself refuses: a file that is not there, a method an address does not know."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    key = "error.not_found" if status == 404 else "error.bad_input"
    return error_page(request, status, key)
