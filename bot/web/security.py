"""What every answer of the console carries so that browsers keep it safe."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex, nofollow",
}
KEPT_NOWHERE = "no-store"
STATIC_KEPT = "public, max-age=31536000, immutable"  # its address changes with its content


class SecureHeaders:
    """Pages are kept nowhere: the next person at a shared machine must not step back into them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        # Looked at before the router, which rewrites the scope as it goes down.
        is_static = scope["path"].startswith(f"{scope.get('root_path', '')}/static/")

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                was_found = message["status"] in (200, 304)
                headers["Cache-Control"] = STATIC_KEPT if is_static and was_found else KEPT_NOWHERE
            await send(message)

        await self._app(scope, receive, send_secured)
