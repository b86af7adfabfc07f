"""Control of the rest: mailbox, reset, files, and what the page shows and watches."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.emulator.clock import parse_instant
from bot.emulator.control.bodies import answering, json_body, world_of
from bot.emulator.control.clock import clock_view
from bot.emulator.mailbox import MAIL_FAULTS, letter_view
from bot.emulator.phone_view import group_view, phone_view
from bot.emulator.world import Refused

PAGE = Path(__file__).parent.parent / "page"
_SHOWN_IN_PLACE = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/")
LONGEST_WATCH_SECONDS = 25.0
# The page loads nothing from elsewhere; a guide may bring its own inline styles.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)


async def list_mail(request: Request) -> Any:
    """GET: letters, oldest first."""
    return [letter_view(letter) for letter in world_of(request).letters]


async def clear_mail(request: Request) -> Any:
    """DELETE: an empty mailbox."""
    world_of(request).letters.clear()
    world_of(request).changed()
    return {"ok": True}


async def plant_mail_fault(request: Request) -> Any:
    """POST: refuse or put off the next letters."""
    given = await json_body(request)
    if given.get("kind") not in MAIL_FAULTS:
        raise Refused(f"mail faults are {', '.join(MAIL_FAULTS)}", 400)
    fault = {"kind": given["kind"], "times": int(given.get("times", 1))}
    world_of(request).mail_faults.append(fault)
    return fault


async def reset(request: Request) -> Any:
    """POST: forget everything; `now` also sets the clock, even back."""
    world, given = world_of(request), await json_body(request)
    if request.app.state.winder.target is not None:
        raise Refused("the clock is being wound")
    if given.get("now"):
        world.clock.set_to(parse_instant(str(given["now"])), force=True)
    world.reset()
    return {"ok": True}


async def show_file(request: Request) -> Any:
    """GET: a file for the page; only pictures and sound are shown in place."""
    stored = world_of(request).files.by_id(request.path_params["file_id"])
    if stored is None:
        raise Refused("there is no such file", 404)
    shown = stored.content_type.startswith(_SHOWN_IN_PLACE)
    place = "inline" if shown else "attachment"
    headers = {
        "Content-Disposition": f"{place}; filename*=utf-8''{quote(stored.name)}",
        "X-Content-Type-Options": "nosniff",
    }
    kind = stored.content_type if shown else "application/octet-stream"
    return Response(stored.data, media_type=kind, headers=headers)


async def show_state(request: Request) -> Any:
    """GET: all the page shows; with `since` it waits until the revision is past that."""
    world = world_of(request)
    since = int(request.query_params.get("since", -1))
    await world.wait_for_change(since, LONGEST_WATCH_SECONDS)
    return {
        "rev": world.revision,
        "clock": clock_view(world, request.app.state.winder),
        "phones": [phone_view(world, owner) for owner in world.people.values()],
        "groups": [group_view(world, chat) for chat in world.groups.values()],
        "mail": [letter_view(letter) for letter in world.letters],
        "has_guide": request.app.state.guide is not None,
        "rehearsal": world.rehearsal_number,
    }


async def watch(request: Request) -> Any:
    """GET: server-sent events, one whenever something changed."""
    world = world_of(request)

    async def events() -> AsyncIterator[str]:
        seen = -1
        while not world.closing.is_set():
            if world.revision > seen:
                seen = world.revision
                yield f"event: changed\ndata: {seen}\n\n"
            else:
                yield ": still here\n\n"
            # A breath, so that a burst of messages becomes one event.
            await asyncio.sleep(0.05)
            await world.wait_for_change(seen, LONGEST_WATCH_SECONDS)

    headers = {"Cache-Control": "no-store"}
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


async def show_guide(request: Request) -> Any:
    """GET: the guide given at start: an HTML fragment, or lines that become a list."""
    guide: Path | None = request.app.state.guide
    text = await asyncio.to_thread(_read, guide) if guide is not None else None
    if text is None:
        return Response(status_code=204)
    return Response(text, media_type="text/plain; charset=utf-8")


def _read(file: Path) -> str | None:
    return file.read_text("utf-8") if file.is_file() else None


def _page_file(name: str, kind: str) -> Any:
    async def serve(request: Request) -> Response:
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": PAGE_POLICY}
        return FileResponse(PAGE / name, media_type=kind, headers=headers)

    return serve


ROUTES = [
    Route("/emulator/mail", answering(list_mail), methods=["GET"]),
    Route("/emulator/mail", answering(clear_mail), methods=["DELETE"]),
    Route("/emulator/mail/faults", answering(plant_mail_fault), methods=["POST"]),
    Route("/emulator/reset", answering(reset), methods=["POST"]),
    Route("/emulator/files/{file_id}", answering(show_file), methods=["GET"]),
    Route("/emulator/state", answering(show_state), methods=["GET"]),
    Route("/emulator/events", answering(watch), methods=["GET"]),
    Route("/emulator/guide", answering(show_guide), methods=["GET"]),
    Route("/", _page_file("index.html", "text/html"), methods=["GET"]),
    *[
        Route(f"/emulator/page/{file.name}", _page_file(file.name, kind), methods=["GET"])
        for suffix, kind in (("css", "text/css"), ("js", "text/javascript"))
        for file in sorted(PAGE.glob(f"*.{suffix}"))
    ],
]
