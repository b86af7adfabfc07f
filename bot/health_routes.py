"""What monitoring asks over HTTP: /healthz, /healthz/ready and /metrics."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.health import Health, Report
from bot.loopback import is_loopback_host, leads_to_loopback

if TYPE_CHECKING:
    from bot.metrics import Metrics

NOT_KEPT = {"Cache-Control": "no-store"}
# A reverse proxy on this machine comes from loopback too; these show whom it speaks for.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def health_routes(
    health: Health, metrics: Callable[[], Metrics], *, metrics_token: str
) -> list[BaseRoute]:
    """The three routes. Without `metrics_token` the metrics are for this machine alone.

    Args:
        metrics: Gives the same ones whenever they are asked for.
    """

    async def live(_: Request) -> JSONResponse:
        return _answer("live", health.live())

    async def ready(_: Request) -> JSONResponse:
        return _answer("ready", await health.ready())

    async def read_metrics(request: Request) -> Response:
        if not (_comes_from_here(request) or _has_token(request, metrics_token)):
            return _refusal(metrics_token)
        body, content_type = await metrics().exposition(request.headers.get("accept", ""))
        return Response(body, headers={**NOT_KEPT, "Content-Type": content_type})

    return [
        Route("/healthz", live),
        Route("/healthz/ready", ready),
        Route("/metrics", read_metrics),
    ]


def _answer(name: str, report: Report) -> JSONResponse:
    body = {name: report.is_well, "failing": report.failing, "checks": dict(report.checks)}
    return JSONResponse(body, status_code=200 if report.is_well else 503, headers=NOT_KEPT)


def _comes_from_here(request: Request) -> bool:
    """Asked on this machine for this machine, not handed on by a proxy for somebody else."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    asked_for = request.headers.get("host", "")
    return is_loopback_host(request.client.host) and leads_to_loopback(f"//{asked_for}")


def _has_token(request: Request, metrics_token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if not metrics_token or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), metrics_token.encode())


def _refusal(metrics_token: str) -> Response:
    if metrics_token:
        return PlainTextResponse(
            "The metrics need their token.\n",
            status_code=401,
            headers={**NOT_KEPT, "WWW-Authenticate": "Bearer"},
        )
    return PlainTextResponse(
        "The metrics are for this machine alone; set TETTPA_METRICS_TOKEN to read them elsewhere.\n",
        status_code=403,
        headers=NOT_KEPT,
    )
