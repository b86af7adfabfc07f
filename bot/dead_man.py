"""The outside watch: it raises the alarm when our pings stay away."""

from __future__ import annotations

import httpx
import structlog

from bot.loopback import leads_to_loopback

log = structlog.get_logger(__name__)

PING_TIMEOUT_S = 5.0


class DeadMansSwitch:
    """Pings one address, or nobody when there is none. The address is a secret: no log names it."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def ping(self) -> None:
        """Say that all is well. A failure is logged; the next ping comes with the next heartbeat."""
        if not self._url:
            return
        proxies = not leads_to_loopback(self._url)
        try:
            async with httpx.AsyncClient(timeout=PING_TIMEOUT_S, trust_env=proxies) as http:
                answer = await http.get(self._url)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            log.error("heartbeat_ping_refused", status=error.response.status_code)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.error("heartbeat_ping_failed", error=type(error).__name__)
