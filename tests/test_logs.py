"""Nothing that must stand in no log gets through, whatever way it came in."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import redact, set_up_logging

TOKEN = "123456789:AAsample-token_of-the-tests-only0001"
DIGITS = "01010112345"
LOGIN = "/login/sample-login-token-0001"
DETAIL = 'DETAIL:  Key (first_name)=(Amina "A")\nalready exists.\nFailing row contains (Amina, 1).'
SECRETS = (TOKEN, DIGITS, "010101 12345", "sample-login-token", "Amina")


@pytest.fixture(params=["json", "console"])
def output(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    set_up_logging(form=request.param)
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


def _fail(error: Exception, cause: Exception | None = None) -> None:
    raise error from cause


def lines(output: io.StringIO) -> list[str]:
    return output.getvalue().splitlines()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/getMe", "bot<token>/getMe"),
        (f"GET http://127.0.0.1:8080{LOGIN}", "/login/<token>"),
        (f"number {DIGITS}!", "number <digits>!"),
        ("number 010101 12345!", "number <digits>!"),
    ],
)
def test_each_kind_is_replaced(written: str, shown: str) -> None:
    assert shown in redact(written)


@pytest.mark.parametrize(
    "harmless",
    ["2026-03-03T09:00:00.123456Z", "chat 1234567890", "seq 123456789012", "127.0.0.1:8080"],
)
def test_what_is_harmless_stays(harmless: str) -> None:
    assert redact(harmless) == harmless


def test_events_and_their_values_are_redacted(output: io.StringIO) -> None:
    log = structlog.get_logger("sample")

    log.info(
        f"token {TOKEN}", link=LOGIN, number=DIGITS, whole=int("1" + DIGITS[1:]), nested=[TOKEN]
    )

    text = output.getvalue()
    assert not any(secret in text for secret in (*SECRETS, "1" + DIGITS[1:]))


def test_what_libraries_log_is_redacted(output: io.StringIO) -> None:
    logging.getLogger("sample.library").warning("asked %s for %s", TOKEN, {"link": LOGIN})
    logging.getLogger("sample.library").warning("refused: %s", DETAIL)

    assert not any(secret in output.getvalue() for secret in SECRETS)


def test_tracebacks_are_redacted_too(output: io.StringIO) -> None:
    try:
        try:
            _fail(ValueError(f"{TOKEN} {DIGITS} {LOGIN}"))
        except ValueError as error:
            _fail(RuntimeError(DETAIL), error)
    except RuntimeError:
        structlog.get_logger("sample").error("failed", exc_info=True)
        logging.getLogger("sample.library").exception("failed")

    text = output.getvalue()
    assert "RuntimeError" in text
    assert "ValueError" in text
    assert not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("output", ["json"], indirect=True)
def test_a_line_is_json_whatever_was_left_out(output: io.StringIO) -> None:
    log = structlog.get_logger("sample")
    try:
        _fail(RuntimeError(DETAIL))
    except RuntimeError:
        log.error("failed", exc_info=True, seq=7)
    log.info("ratio", value=0.12345678901, number=int(DIGITS) + 10**10, words='"quoted" \\ words')
    logging.getLogger("sample.library").warning("refused: %s", DETAIL)

    entries = [json.loads(line) for line in lines(output)]
    assert len(entries) == 3
    assert entries[0]["event"] == "failed"
    assert entries[0]["seq"] == 7
    assert entries[0]["level"] == "error"
    assert entries[0]["timestamp"].endswith("Z")


def test_httpx_says_nothing_of_the_addresses_it_calls(output: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST %s", f"https://x/bot{TOKEN}/getMe")
    logging.getLogger("apscheduler.scheduler").info("tick")
    logging.getLogger("apscheduler.scheduler").warning("maximum number of running instances")

    assert output.getvalue() == ""
