"""One request to the console: who asks, in what words, and how pages and refusals go out."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.domain.errors import NotFound, RuleBroken, StorageUnavailable
from bot.services.console_desk import Desk, desk_at
from bot.web import forms, refusals
from bot.web.forms import BadInput, Form, read_form
from bot.web.moments import Moments
from bot.web.rendering import render
from bot.web.storage_runner import StorageRunner
from bot.web.words import Words, language_asked_for, words_in

logger = logging.getLogger(__name__)

COOKIE = "tettpa_login"
EMPTY = Form({})


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in."""

    request: Request
    storage: StorageRunner
    desk: Desk
    form: Form

    @property
    def words(self) -> Words:
        return words_in(self.desk.staff.language)

    @property
    def moments(self) -> Moments:
        return Moments(self.desk.now, self.desk.calendar, self.words)

    def number(self, name: str) -> int:
        """A number in the address; anything else is an address that does not exist."""
        try:
            return forms.number(self.request.path_params[name])
        except BadInput:
            raise NotFound("There is no such page.") from None

    def asked(self, name: str) -> str:
        """A value of the address's query, at most 200 characters of it."""
        return self.request.query_params.get(name, "").replace("\x00", "")[:200]

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        done = self.asked("done")
        html = render(
            template,
            w=self.words,
            t=self.moments,
            desk=self.desk,
            form_token=self.desk.login.form_token,
            done=done if self.words.has(f"done.{done}") else "",
            **values,
        )
        return HTMLResponse(html, status)

    def go(self, path: str, *, done: str = "") -> Response:
        """See another page; `done` names the words that say what was done."""
        return RedirectResponse(f"{path}?{urlencode({'done': done})}" if done else path, 303)


Handler = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def visited(storage: StorageRunner, handler: Handler) -> Endpoint:
    """The endpoint that lets only signed-in staff in, and turns refusals into pages."""

    async def endpoint(request: Request) -> Response:
        try:
            desk = await desk_of(storage, request)
            if desk is None:
                return await _sign_in_first(request)
            form = EMPTY
            if request.method == "POST":
                form = await read_form(request)
                if comes_from_elsewhere(request) or not form.carries(desk.login.form_token):
                    return error_page(request, 403, "error.form_token", desk)
            try:
                return await handler(Visit(request, storage, desk, form))
            except NotFound:
                return error_page(request, 404, "error.not_found", desk)
            except BadInput as bad:
                return error_page(request, 400, bad.key, desk)
            except RuleBroken as refusal:
                sentence = refusals.in_words(str(refusal), words_in(desk.staff.language))
                return error_page(request, 409, "error.refused", desk, sentence=sentence)
        except BadInput as bad:
            return error_page(request, 400, bad.key)
        except StorageUnavailable:
            return error_page(request, 503, "error.unavailable")
        except Exception:
            # The outermost edge: a page says sorry, the log names the fault and no person.
            logger.exception("A page of the console failed")
            return error_page(request, 500, "error.failed")

    return endpoint


async def desk_of(storage: StorageRunner, request: Request) -> Desk | None:
    cookie = request.cookies.get(COOKIE, "")
    return await storage.read(desk_at, cookie) if cookie else None


def comes_from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site's page sent this form."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def error_page(
    request: Request, status: int, key: str, desk: Desk | None = None, **values: object
) -> Response:
    words = words_in(desk.staff.language) if desk else words_of(request)
    sentence = values.pop("sentence", None) or words(key)
    html = render(
        "error.html", w=words, desk=desk, status=status, sentence=sentence, **_framed(desk)
    )
    return HTMLResponse(html, status)


def words_of(request: Request) -> Words:
    """Words for a browser nobody has signed in with."""
    return words_in(language_asked_for(request.headers.get("accept-language", "")))


def is_local(path: str) -> bool:
    """Whether a path leads to a page of ours: nobody is sent on to another site."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isprintable()
        and "\\" not in path
        and len(path) <= 300
    )


async def _sign_in_first(request: Request) -> Response:
    if request.method == "POST":
        form = await read_form(request)
        typed = form.text("note") or form.text("text")
        if typed.strip() and not comes_from_elsewhere(request):
            # Their login ran out while they wrote: the words are given back to them.
            words = words_of(request)
            page = render("signed_out.html", w=words, desk=None, typed=typed, **_framed(None))
            return HTMLResponse(page, 401)
        return RedirectResponse("/login", 303)
    asked = request.url.path
    if request.url.query:
        asked += f"?{request.url.query}"
    return RedirectResponse(
        f"/login?next={quote(asked, safe='')}" if is_local(asked) else "/login", 303
    )


def _framed(desk: Desk | None) -> dict[str, Any]:
    return {"form_token": desk.login.form_token if desk else "", "done": ""}
