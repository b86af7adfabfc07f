"""What every error of a send means: a reminder that may have arrived is never sent again."""

import ssl
from datetime import timedelta

import aiohttp
import httpx
import pytest
from aiohttp.client_exceptions import UnixClientConnectorError
from aiohttp.client_reqrep import ConnectionKey
from telegram import error as telegram_error

from bot.delivery.outcomes import Meaning, failure_of
from bot.domain.people import AccountStatus


def caused_by(cause: BaseException) -> telegram_error.NetworkError:
    wrapped = telegram_error.NetworkError("sample")
    wrapped.__cause__ = cause
    return wrapped


def timed_out(cause: BaseException) -> telegram_error.TimedOut:
    wrapped = telegram_error.TimedOut()
    wrapped.__cause__ = cause
    return wrapped


ADDRESS = ConnectionKey("127.0.0.1", 1, True, True, None, None, None)
REFUSED = OSError(111, "refused")

CASES = [
    pytest.param(telegram_error.RetryAfter(timedelta(seconds=3)), Meaning.FLOOD, id="429"),
    pytest.param(telegram_error.InvalidToken(), Meaning.TOKEN, id="token"),
    pytest.param(telegram_error.Forbidden("bot was blocked"), Meaning.GONE, id="403"),
    pytest.param(telegram_error.Forbidden("new words"), Meaning.GONE, id="403 in new words"),
    pytest.param(telegram_error.ChatMigrated(-100), Meaning.MIGRATED, id="group migrated"),
    pytest.param(telegram_error.BadRequest("Chat not found"), Meaning.GONE, id="chat not found"),
    pytest.param(
        telegram_error.BadRequest("Message is not modified: ..."), Meaning.UNCHANGED, id="same"
    ),
    pytest.param(
        telegram_error.BadRequest("Can't parse entities: unclosed"), Meaning.MARKUP, id="entities"
    ),
    pytest.param(telegram_error.BadRequest("Message is too long"), Meaning.REFUSED, id="too long"),
    pytest.param(telegram_error.Conflict("other"), Meaning.NOT_SENT, id="409"),
    pytest.param(caused_by(httpx.ConnectError("x")), Meaning.NOT_SENT, id="no connection"),
    pytest.param(timed_out(httpx.ConnectTimeout("x")), Meaning.NOT_SENT, id="connect timeout"),
    pytest.param(timed_out(httpx.PoolTimeout("x")), Meaning.NOT_SENT, id="pool timeout"),
    pytest.param(timed_out(httpx.ReadTimeout("x")), Meaning.UNKNOWN, id="read timeout"),
    pytest.param(timed_out(httpx.WriteTimeout("x")), Meaning.UNKNOWN, id="write timeout"),
    pytest.param(caused_by(httpx.ReadError("x")), Meaning.UNKNOWN, id="read error"),
    pytest.param(caused_by(httpx.WriteError("x")), Meaning.UNKNOWN, id="write error"),
    pytest.param(caused_by(httpx.RemoteProtocolError("x")), Meaning.UNKNOWN, id="protocol error"),
    pytest.param(caused_by(httpx.CloseError("x")), Meaning.UNKNOWN, id="close error"),
    *(
        pytest.param(caused_by(cause), Meaning.NOT_SENT, id=f"aiohttp {type(cause).__name__}")
        for cause in (
            aiohttp.ClientConnectorError(ADDRESS, REFUSED),
            aiohttp.ClientConnectorDNSError(ADDRESS, REFUSED),
            aiohttp.ClientProxyConnectionError(ADDRESS, REFUSED),
            UnixClientConnectorError("sample", ADDRESS, REFUSED),
            aiohttp.ClientSSLError(ADDRESS, REFUSED),
            aiohttp.ClientConnectorSSLError(ADDRESS, REFUSED),
            aiohttp.ClientConnectorCertificateError(ADDRESS, ssl.CertificateError("sample")),
        )
    ),
    pytest.param(
        timed_out(aiohttp.ConnectionTimeoutError("x")), Meaning.NOT_SENT, id="connect or pool"
    ),
    *(
        pytest.param(wrapped, Meaning.UNKNOWN, id=f"aiohttp {type(wrapped.__cause__).__name__}")
        for wrapped in (
            timed_out(aiohttp.ServerTimeoutError("x")),
            timed_out(aiohttp.SocketTimeoutError("x")),
            timed_out(TimeoutError()),
            caused_by(aiohttp.ServerConnectionError("x")),
            caused_by(aiohttp.ServerDisconnectedError("x")),
            caused_by(aiohttp.ClientOSError(104, "x")),
            caused_by(aiohttp.ClientConnectionError("x")),
            caused_by(aiohttp.ClientConnectionResetError("x")),
            caused_by(aiohttp.ClientPayloadError("x")),
            caused_by(aiohttp.UploadAbortedError("x")),
            caused_by(aiohttp.ClientResponseError(None, ())),  # type: ignore[arg-type]
            caused_by(aiohttp.ClientError("x")),
            caused_by(ConnectionResetError(104, "x")),
        )
    ),
    pytest.param(telegram_error.NetworkError("Bad Gateway"), Meaning.UNKNOWN, id="5xx"),
    pytest.param(telegram_error.TimedOut(), Meaning.UNKNOWN, id="timeout without a cause"),
    pytest.param(telegram_error.EndPointNotFound("x"), Meaning.UNKNOWN, id="no such method"),
    pytest.param(telegram_error.PassportDecryptionError("x"), Meaning.UNKNOWN, id="another of PTB"),
    pytest.param(telegram_error.TelegramError("x"), Meaning.UNKNOWN, id="PTB's base"),
    pytest.param(TimeoutError(), Meaning.UNKNOWN, id="our own time limit"),
    pytest.param(ValueError("x"), Meaning.UNKNOWN, id="anything else"),
]


@pytest.mark.parametrize(("error", "meaning"), CASES)
def test_each_error_means_one_thing(error: Exception, meaning: Meaning) -> None:
    assert failure_of(error).meaning is meaning


def test_every_error_of_the_library_stands_in_the_table() -> None:
    known = {type(case.values[0]) for case in CASES}
    theirs = {
        kind
        for kind in vars(telegram_error).values()
        if isinstance(kind, type) and issubclass(kind, telegram_error.TelegramError)
    }

    assert theirs - known == set()


def test_every_transport_error_of_httpx_stands_in_the_table() -> None:
    known = {type(case.values[0].__cause__) for case in CASES}
    transport = _concrete(httpx.TransportError)
    # Raised before a request is built, or by servers and proxies we do not use.
    never = {httpx.UnsupportedProtocol, httpx.ProxyError, httpx.LocalProtocolError}

    assert transport - known - never == set()


def test_every_transport_error_of_aiohttp_stands_in_the_table() -> None:
    known = {type(case.values[0].__cause__) for case in CASES}
    transport = _all(aiohttp.ClientError)
    # Raised before a request is built, or by what we do not use: redirects, web sockets, the
    # check of a content type, a proxy that answers, pinned certificates.
    never = {
        *_all(aiohttp.InvalidURL),
        *_all(aiohttp.NonHttpUrlClientError),
        *_all(aiohttp.RedirectClientError),
        aiohttp.TooManyRedirects,
        aiohttp.WSServerHandshakeError,
        aiohttp.ContentTypeError,
        aiohttp.ClientHttpProxyError,
        aiohttp.ServerFingerprintMismatch,
    }

    assert transport - known - never == set()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Forbidden: bot was blocked by the user", AccountStatus.BLOCKED),
        ("Forbidden: user is deactivated", AccountStatus.DEACTIVATED),
        ("Forbidden: bot was kicked from the group chat", AccountStatus.BLOCKED),
        ("Forbidden: bot can't initiate conversation with a user", AccountStatus.NOT_FOUND),
    ],
)
def test_the_words_of_a_403_tell_what_became_of_the_account(
    words: str, status: AccountStatus
) -> None:
    assert failure_of(telegram_error.Forbidden(words)).account_status is status


@pytest.mark.parametrize("wait", [timedelta(seconds=60), timedelta(seconds=3)])
def test_the_wait_of_a_429_is_kept_to_the_second(wait: timedelta) -> None:
    assert failure_of(telegram_error.RetryAfter(wait)).retry_after == wait


def _concrete(kind: type[Exception]) -> set[type[Exception]]:
    below = kind.__subclasses__()
    return {kind} if not below else set().union(*(_concrete(one) for one in below))


def _all(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(_all(one) for one in kind.__subclasses__()))


def test_a_group_that_migrated_names_its_new_id() -> None:
    assert failure_of(telegram_error.ChatMigrated(-100500)).new_chat_id == -100500
