"""Signing in by a mailed link, and out again."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.domain.errors import StorageUnavailable
from bot.services.logins import (
    LINK_KEEPS,
    link_works,
    mail_login_link,
    redeem_login_link,
    sign_out,
)
from bot.web.forms import BadInput, read_form
from bot.web.rendering import render
from bot.web.storage_runner import StorageRunner
from bot.web.visits import (
    COOKIE,
    Visit,
    comes_from_elsewhere,
    desk_of,
    error_page,
    is_local,
    words_of,
)

NEXT_COOKIE = "tettpa_next"  # where they wanted to go, until the mailed link is opened
NEXT_KEEPS_SECONDS = 3600
START = "/cases"


class LoginPages:
    """Pages for whoever has not signed in; nothing here tells who is on staff."""

    def __init__(self, storage: StorageRunner, *, secure_cookies: bool, keeps: timedelta) -> None:
        self._storage = storage
        self._secure = secure_cookies
        self._keeps = keeps

    async def ask(self, request: Request) -> Response:
        """GET and POST /login."""
        try:
            if request.method == "POST":
                return await self._mail_link(request)
            return await self._ask(request)
        except BadInput as bad:
            return error_page(request, 400, bad.key)
        except StorageUnavailable:
            return error_page(request, 503, "error.unavailable")

    async def link(self, request: Request) -> Response:
        """GET and POST /login/{token}: only the POST redeems, for mail programs open links by GET."""
        token = request.path_params["token"]
        try:
            if request.method == "POST":
                if comes_from_elsewhere(request):
                    return error_page(request, 403, "error.form_token")
                return await self._redeem(request, token)
            if not await self._storage.read(link_works, token):
                return self._page(request, "login_expired.html", status=410)
            return self._page(request, "login_link.html")
        except StorageUnavailable:
            return error_page(request, 503, "error.unavailable")

    async def out(self, visit: Visit) -> Response:
        """POST /logout."""
        await self._storage.run(sign_out, visit.desk.login)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return response

    async def _ask(self, request: Request) -> Response:
        if await desk_of(self._storage, request) is not None:
            return RedirectResponse(START, 303)
        response = self._page(request, "login.html", email="", problem="")
        wanted = request.query_params.get("next", "")
        if is_local(wanted):
            self._set(response, NEXT_COOKIE, quote(wanted), NEXT_KEEPS_SECONDS)
        return response

    async def _mail_link(self, request: Request) -> Response:
        form = await read_form(request)
        email = form.text("email", max_chars=320).strip()
        if email.count("@") != 1 or email.startswith("@") or email.endswith("@"):
            problem = words_of(request)("login.no_address")
            return self._page(request, "login.html", status=400, email=email, problem=problem)
        await self._storage.run(mail_login_link, email)
        minutes = int(LINK_KEEPS.total_seconds() // 60)
        return self._page(request, "login_mailed.html", minutes=minutes)

    async def _redeem(self, request: Request, token: str) -> Response:
        signed_in = await self._storage.run(redeem_login_link, token, keeps=self._keeps)
        if signed_in is None:
            return self._page(request, "login_expired.html", status=410)
        wanted = unquote(request.cookies.get(NEXT_COOKIE, ""))
        response = RedirectResponse(wanted if is_local(wanted) else START, 303)
        self._set(response, COOKIE, signed_in.cookie, int(self._keeps.total_seconds()))
        response.delete_cookie(NEXT_COOKIE, path="/", httponly=True, samesite="lax")
        return response

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    @staticmethod
    def _page(
        request: Request, template: str, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        words = words_of(request)
        html = render(template, w=words, desk=None, form_token="", done="", **values)
        return HTMLResponse(html, status)
