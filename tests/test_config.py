"""Settings are checked before anything starts; each refusal names the setting and the remedy."""

import os
from pathlib import Path
from typing import Any

import pytest

from bot.config import MAX_SEND_RATE, load_settings, require
from bot.domain.errors import BadSetting

EMULATOR = "http://127.0.0.1:8081"
LONG_SECRET = "a secret of sixteen or more"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TETTPA_")]:
        monkeypatch.delenv(name)


def load(monkeypatch: pytest.MonkeyPatch, **given: str) -> Any:
    for name, value in given.items():
        monkeypatch.setenv(f"TETTPA_{name}", value)
    return load_settings(env_file=None)


def test_without_any_setting_the_defaults_are_safe() -> None:
    settings = load_settings(env_file=None)

    assert settings.database_url == "sqlite:///data/tettpa.db"
    assert settings.telegram_mode == "polling"
    assert settings.send_rate == MAX_SEND_RATE
    assert settings.host == "127.0.0.1"
    assert settings.public_url == "http://127.0.0.1:8080"


REFUSED = [
    pytest.param({"TIME_ZONE": "Oslo"}, "TETTPA_TIME_ZONE", "Europe/Oslo", id="zone"),
    pytest.param({"TIME_ZONE": "../etc"}, "TETTPA_TIME_ZONE", "Europe/Oslo", id="odd zone"),
    pytest.param({"PORT": "99999"}, "TETTPA_PORT", "65535", id="port too large"),
    pytest.param({"PORT": "web"}, "TETTPA_PORT", "", id="port of letters"),
    pytest.param({"SEND_RATE": "0"}, "TETTPA_SEND_RATE", "", id="no rate"),
    pytest.param({"SEND_RATE": "fast"}, "TETTPA_SEND_RATE", "", id="rate of letters"),
    pytest.param({"SEND_RATE": "26"}, "TETTPA_SEND_RATE", "25", id="faster than Telegram allows"),
    pytest.param({"TELEGRAM_MODE": "push"}, "TETTPA_TELEGRAM_MODE", "webhook", id="mode"),
    pytest.param({"TELEGRAM_API_URL": "ftp://x"}, "TETTPA_TELEGRAM_API_URL", "https", id="api"),
    pytest.param({"CONSOLE_URL": "console"}, "TETTPA_CONSOLE_URL", "https", id="console"),
    pytest.param({"CLOCK_URL": f"{EMULATOR}/clock"}, "TETTPA_CLOCK_URL", "take", id="real clock"),
    pytest.param({"REHEARSAL": "1"}, "TETTPA_REHEARSAL", "take", id="rehearsal of real people"),
    pytest.param(
        {"REHEARSAL": "1", "TELEGRAM_API_URL": "https://API.telegram.org.:443/"},
        "TETTPA_REHEARSAL",
        "take",
        id="rehearsal, the address written otherwise",
    ),
    pytest.param({"SMTP_URL": "mail.example"}, "TETTPA_SMTP_URL", "smtp+starttls", id="mail"),
    pytest.param({"SMTP_URL": "smtp://"}, "TETTPA_SMTP_URL", "host", id="mail without host"),
    pytest.param({"SMTP_URL": "smtp://:25"}, "TETTPA_SMTP_URL", "host", id="mail with port only"),
    pytest.param({"SMTP_URL": "smtp://m.example:99999"}, "TETTPA_SMTP_URL", "port", id="far port"),
    pytest.param({"SMTP_URL": "smtp://m.example:0"}, "TETTPA_SMTP_URL", "port", id="port nought"),
    pytest.param(
        {"SMTP_URL": "smtp://m.example:notaport"}, "TETTPA_SMTP_URL", "port", id="no port"
    ),
    pytest.param({"SMTP_URL": "smtp://[::1:25"}, "TETTPA_SMTP_URL", "write", id="half a bracket"),
    pytest.param({"MAIL_FROM": "not an address"}, "TETTPA_MAIL_FROM", "<", id="sender of words"),
    pytest.param({"MAIL_FROM": "a@example.org, b@example.org"}, "TETTPA_MAIL_FROM", "<", id="two"),
    pytest.param({"MAIL_FROM": "Tett på <tettpa>"}, "TETTPA_MAIL_FROM", "<", id="no domain"),
    pytest.param({"MAIL_FROM": "x@example.org\nBcc: y@z"}, "TETTPA_MAIL_FROM", "<", id="new line"),
    pytest.param({"CONSOLE_URL": "https://[half"}, "TETTPA_CONSOLE_URL", "https", id="bracket"),
    pytest.param({"NOTIFY_URLS": "tgram://x"}, "TETTPA_NOTIFY_URLS", "later release", id="notify"),
    pytest.param({"CONTENT_DIR": "/nowhere/at/all"}, "TETTPA_CONTENT_DIR", "folder", id="content"),
    pytest.param({"LOG_FORMAT": "xml"}, "TETTPA_LOG_FORMAT", "json", id="log"),
    pytest.param({"TELEGRAM_MODE": "webhook"}, "TETTPA_WEBHOOK_URL", "address", id="no webhook"),
    pytest.param(
        {"TELEGRAM_MODE": "webhook", "WEBHOOK_URL": "http://x.example"},
        "TETTPA_WEBHOOK_URL",
        "https",
        id="webhook in the clear",
    ),
    pytest.param(
        {"TELEGRAM_MODE": "webhook", "WEBHOOK_URL": "https://x.example", "WEBHOOK_SECRET": "kort"},
        "TETTPA_WEBHOOK_SECRET",
        "16",
        id="short webhook secret",
    ),
]


@pytest.mark.parametrize(("given", "name", "remedy"), REFUSED)
def test_a_wrong_setting_is_one_sentence_with_its_name_and_the_remedy(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], name: str, remedy: str
) -> None:
    with pytest.raises(BadSetting) as refusal:
        load(monkeypatch, **given)

    sentence = str(refusal.value)
    assert sentence.startswith(f"{name}: ")
    assert remedy in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "value",
    ["tettpa@localhost", "Tett på <tettpa@example.org>", '"Nav, Røros" <nav@example.org>'],
)
def test_a_sender_may_be_an_address_or_a_name_with_one(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert load(monkeypatch, MAIL_FROM=value).mail_from == value


@pytest.mark.parametrize(
    "value",
    ["smtp://127.0.0.1:1025", "smtps://mail.example", "smtp+starttls://n%40me:p%3A@m.example:587"],
)
def test_a_mail_server_may_have_a_port_and_a_name(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert load(monkeypatch, SMTP_URL=value).smtp_url == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "smtp://staff:hunter2@mail.example:hunter2"),
        ("NOTIFY_URLS", "tgram://hunter2"),
        ("SMTP_URL", "mail://staff:hunter2@mail.example"),
        ("WEBHOOK_SECRET", "hunter2"),
        ("TELEGRAM_TOKEN", "hunter2"),
    ],
)
def test_no_refusal_and_no_listing_tells_a_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    sentence = ""
    try:
        shown = repr(load(monkeypatch, **{name: value}))
    except BadSetting as refusal:
        sentence, shown = str(refusal), ""

    assert "hunter2" not in sentence + shown


def test_the_emulator_may_be_faster_and_wind_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        TELEGRAM_API_URL=f"{EMULATOR}/",
        SEND_RATE="200",
        CLOCK_URL=f"{EMULATOR}/clock",
        REHEARSAL="1",
        TELEGRAM_MODE="webhook",
        WEBHOOK_URL="http://127.0.0.1:8080/",
        WEBHOOK_SECRET=LONG_SECRET,
    )

    assert settings.telegram_api_url == EMULATOR
    assert settings.webhook_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize("missing", ["telegram_token", "secret_key"])
def test_what_is_needed_to_start_is_asked_for_by_name(missing: str) -> None:
    given = {"telegram_token": "1:x", "secret_key": LONG_SECRET} | {missing: ""}
    settings = load_settings(env_file=None, **given)

    with pytest.raises(BadSetting, match=f"TETTPA_{missing.upper()} is missing: put"):
        require(settings, "telegram_token", "secret_key")


def test_a_short_secret_key_is_refused() -> None:
    settings = load_settings(env_file=None, secret_key="kort")

    with pytest.raises(BadSetting, match="TETTPA_SECRET_KEY is too short"):
        require(settings, "secret_key")


def test_the_file_counts_and_the_environment_counts_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.write_text("TETTPA_PORT=9001\nTETTPA_HOST=127.0.0.2\nUNKNOWN=1\nTETTPA_NEWER=1\n")
    monkeypatch.setenv("TETTPA_PORT", "9002")

    settings = load_settings(env_file=file)

    assert (settings.port, settings.host) == (9002, "127.0.0.2")


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, PORT="", CLOCK_URL="").port == 8080


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"TETTPA_PORT=\xff\xfe\n")

    with pytest.raises(BadSetting):
        load_settings(env_file=file)
